"""Times a training step one by one, each waited for, and pipelined, with one wait for ten. src/timing.ts does the same."""

import statistics
import time

WARM_UP = 2
LEAST_STEPS = 3
ROUND = 10
ROUNDS = 3
KEPT_LOSSES = 20


def milliseconds():
    return time.perf_counter() * 1000


def time_steps(training, options, now=milliseconds):
    """options: steps wanted, the least and the most milliseconds of each way of timing, as src/timing.ts says."""
    losses = []

    def step():
        began = now()
        loss = training.step()
        if len(losses) < KEPT_LOSSES:
            losses.append(loss)
        return now() - began

    first = step()
    for _ in range(WARM_UP):
        step()

    times = []
    used = 0
    while len(times) < LEAST_STEPS or ((len(times) < options["steps"] or used < options["least"]) and used < options["cap"]):
        times.append(step())
        used += times[-1]
    median = statistics.median(times)

    in_round = max(2, min(ROUND, int(options["cap"] / ROUNDS / median)))
    rounds = []
    used = 0
    while not rounds or ((len(rounds) < ROUNDS or used < options["least"]) and used < options["cap"]):
        began = now()
        for _ in range(in_round):
            training.submit()
        training.idle()
        taken = now() - began
        rounds.append(taken / in_round)
        used += taken

    quartiles = statistics.quantiles(times, n=4, method="inclusive")
    return {
        "ms": median,
        "msQuartiles": [quartiles[0], quartiles[2]],
        "n": len(times),
        "msPipelined": statistics.median(rounds),
        "firstMs": first,
        "losses": losses,
    }
