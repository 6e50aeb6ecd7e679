"""The little linear algebra of a dozen unknowns, in plain lists: positive definite systems by Cholesky."""

import math
from collections.abc import Sequence

Matrix = list[list[float]]


def cholesky(matrix: Sequence[Sequence[float]]) -> Matrix:
    """The lower triangle L with L L' = matrix. Raises ValueError when it is not positive definite."""
    size = len(matrix)
    lower = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = matrix[i][j] - sum(a * b for a, b in zip(lower[i][:j], lower[j][:j], strict=True))
            if i == j and rest <= 0.0:
                raise ValueError("the matrix is not positive definite")
            lower[i][j] = math.sqrt(rest) if i == j else rest / lower[j][j]
    return lower


def solved(lower: Matrix, right: Sequence[float]) -> list[float]:
    """x with L L' x = right."""
    size = len(lower)
    x = list(right)
    for i in range(size):
        x[i] = (x[i] - sum(lower[i][j] * x[j] for j in range(i))) / lower[i][i]
    for i in reversed(range(size)):
        x[i] = (x[i] - sum(lower[j][i] * x[j] for j in range(i + 1, size))) / lower[i][i]
    return x


def inverse(lower: Matrix) -> Matrix:
    """The inverse of L L'."""
    size = len(lower)
    columns = [solved(lower, [float(i == j) for i in range(size)]) for j in range(size)]
    return [[columns[j][i] for j in range(size)] for i in range(size)]


def dot(a: Sequence[float], b: Sequence[float]) -> float:
    """The sum of products."""
    return sum(x * y for x, y in zip(a, b, strict=True))
