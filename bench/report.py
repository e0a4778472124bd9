"""Tables with figures, what was to be reached, and whether it was."""

from __future__ import annotations


class Report:
    """Tables as they will stand in the results."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def section(self, title: str, *heads: str) -> None:
        """Begin a table."""
        self.lines += [
            "",
            f"## {title}",
            "",
            f"| {' | '.join(heads)} |",
            f"|{' --- |' * len(heads)}",
        ]
        print(f"\n{title}\n  {'  '.join(heads)}", flush=True)

    def row(self, *cells: object) -> None:
        """One row."""
        self.lines.append(f"| {' | '.join(str(c) for c in cells)} |")
        print("  " + "  ".join(str(c) for c in cells), flush=True)

    def note(self, words: str) -> None:
        """What the table's figures were measured to, beneath it."""
        self.lines += ["", words]


def verdict(figure: float, target: float) -> str:
    """A figure beside the most it may be."""
    return f"{figure:.2f} ({'reached' if figure <= target else 'missed'}, at most {target:g})"


def at_least(figure: float, target: float) -> str:
    """A figure beside the least it may be."""
    return f"{figure:.1f} ({'reached' if figure >= target else 'missed'}, at least {target:g})"


def ratio(ours: float | None, theirs: float | None, target: float) -> str:
    """Our figure over a peer's with its verdict; words where one of them is missing."""
    if ours is None:
        return "missed, not drawn"
    return "no figure" if theirs is None else verdict(ours / theirs, target)


def shown(figure: float | None, digits: int = 2) -> str:
    """A figure, or that there is none."""
    return "none" if figure is None else f"{figure:.{digits}f}"
