"""Times of many questions, and what is told of them."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

Ask = Callable[[], object]


@dataclass
class Times:
    """Milliseconds that questions took, by the clock and of this process."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def take(self, ask: Ask, *, best_of: int = 1) -> None:
        """Ask, and note the time; the best of several goes by the clock."""
        taken = min(_once(ask) for _ in range(best_of))
        self.clock.append(taken[0])
        self.processor.append(taken[1])

    def told(self) -> dict[str, float]:
        """The figures, in ms."""
        return {
            "p50": median(self.clock),
            "p99": at(self.clock, 0.99),
            "worst": max(self.clock),
            "cpu50": median(self.processor),
            "cpu99": at(self.processor, 0.99),
        }


def taken(asks: Iterable[Ask], *, best_of: int = 1) -> dict[str, float]:
    """What asking all of these took."""
    times = Times()
    for ask in asks:
        times.take(ask, best_of=best_of)
    return times.told()


def at(times: Sequence[float], share: float) -> float:
    """The time within which such a share of the questions is answered."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def _once(ask: Ask) -> tuple[float, float]:
    clock, processor = time.perf_counter(), time.process_time()
    ask()
    return (
        (time.perf_counter() - clock) * 1000,
        (time.process_time() - processor) * 1000,
    )
