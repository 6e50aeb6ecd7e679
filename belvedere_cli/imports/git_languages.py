"""Which programming language a file is in, by its name. Data, prose and markup without logic are in none."""

from pathlib import PurePosixPath

ENDINGS = {
    "C": "c h",
    "C#": "cs",
    "C++": "cc cpp cxx hh hpp hxx",
    "Clojure": "clj cljc cljs",
    "CSS": "css less sass scss",
    "Dart": "dart",
    "Elixir": "ex exs",
    "Erlang": "erl hrl",
    "Go": "go",
    "Haskell": "hs",
    "HTML": "htm html",
    "Java": "java",
    "JavaScript": "cjs js jsx mjs",
    "Julia": "jl",
    "Kotlin": "kt kts",
    "Lua": "lua",
    "Objective-C": "m mm",
    "OCaml": "ml mli",
    "Perl": "pl pm",
    "PHP": "php",
    "PowerShell": "ps1 psm1",
    "Python": "ipynb py pyi pyx",
    "R": "r",
    "Ruby": "rake rb",
    "Rust": "rs",
    "Scala": "sc scala",
    "Shell": "bash sh zsh",
    "SQL": "sql",
    "Svelte": "svelte",
    "Swift": "swift",
    "Terraform": "tf",
    "TypeScript": "cts mts ts tsx",
    "Vue": "vue",
    "Zig": "zig",
}
NAMES = {"dockerfile": "Dockerfile", "makefile": "Makefile", "rakefile": "Ruby", "gemfile": "Ruby"}
BY_ENDING = {ending: language for language, endings in ENDINGS.items() for ending in endings.split()}


def language_of(path: str) -> str | None:
    """The language of a file; None where its name does not tell."""
    file = PurePosixPath(path.lower())
    return NAMES.get(file.name) or BY_ENDING.get(file.suffix.removeprefix("."))
