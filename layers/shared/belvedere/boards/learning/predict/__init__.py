"""What a student's next answer may be: a small logistic model of past answers, how good it is, and where it is kept."""
