"""A progress bar for the terminal, on the standard error so that the report can be piped."""

from types import TracebackType
from typing import Any, Self

from tqdm import tqdm


class Bar:
    """Shows each step with its words; gone when left."""

    def __init__(self, stream: Any) -> None:
        """Write to ``stream``; nothing appears before the first step."""
        self.stream = stream
        self.bar: tqdm[Any] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bar is not None:
            self.bar.close()

    def show(self, words: str, done: int, steps: int) -> None:
        """Move the bar; as ``portal.directory.services`` tells its progress."""
        if self.bar is None:
            self.bar = tqdm(total=steps, file=self.stream, bar_format="{l_bar}{bar:20}| {n_fmt}/{total_fmt} {elapsed}")
        self.bar.set_description(words, refresh=False)
        self.bar.n = done
        self.bar.refresh()
