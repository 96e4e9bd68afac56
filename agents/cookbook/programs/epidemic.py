"""Simulate epidemics by the stochastic SIR model: each task runs one outbreak, the driver sums them up."""

import numpy as np
import ray

NUM_RUNS = 50  # outbreaks to simulate
POPULATION = 1_000  # people
INFECTION_RATE = 0.3  # infections that one infected person causes a day, among people who can catch it
RECOVERY_RATE = 0.1  # share of the infected that recover each day
NUM_DAYS = 160  # days that are simulated
SEED = 7  # the same seed, the same outbreaks


@ray.remote
def outbreak(seed: int) -> tuple[int, int, int]:
    """How many were ever infected, the most that were infected on one day, and which day that was."""
    rng = np.random.default_rng(seed)
    susceptible, infected = POPULATION - 5, 5
    peak, peak_day = infected, 0
    for day in range(1, NUM_DAYS + 1):
        caught = rng.binomial(susceptible, 1 - np.exp(-INFECTION_RATE * infected / POPULATION))
        recovered = rng.binomial(infected, RECOVERY_RATE)
        susceptible, infected = susceptible - caught, infected + caught - recovered
        if infected > peak:
            peak, peak_day = infected, day
    return POPULATION - int(susceptible), int(peak), peak_day


ray.init()

outcomes = np.array(ray.get([outbreak.remote(SEED + run) for run in range(NUM_RUNS)]))
ever, peak, day = outcomes.T
print(f"{NUM_RUNS} outbreaks among {POPULATION:,} people over {NUM_DAYS} days")
print(f"ever infected: {100 * ever.mean() / POPULATION:.1f} % on average, {ever.min():,} to {ever.max():,} people")
print(f"peak: {peak.mean():.1f} people on average, {peak.min():,} to {peak.max():,}, about day {day.mean():.0f}")
