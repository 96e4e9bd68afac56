"""Numerical integration: each task adds up its share of the slices under the curve, by the midpoint rule."""

import numpy as np
import ray

FUNCTION = "sin"  # "sin", "cos", "exp", "square", "sqrt" or "inverse" (1/x)
START = 0.0  # where the integral begins
END = 1.0  # where it ends
NUM_SLICES = 100_000  # slices altogether
NUM_TASKS = 4  # tasks that add them up

FUNCTIONS = {
    "sin": np.sin,
    "cos": np.cos,
    "exp": np.exp,
    "square": np.square,
    "sqrt": np.sqrt,
    "inverse": np.reciprocal,
}


@ray.remote
def integrate(start: float, end: float, slices: int) -> float:
    width = (end - start) / slices
    return float(FUNCTIONS[FUNCTION](start + width * (np.arange(slices) + 0.5)).sum() * width)


ray.init()

bounds = np.linspace(START, END, NUM_TASKS + 1).tolist()
slices = -(-NUM_SLICES // NUM_TASKS)
parts = ray.get([integrate.remote(start, end, slices) for start, end in zip(bounds, bounds[1:])])

print(f"integral of {FUNCTION} from {START:g} to {END:g}: {sum(parts):.8f}")
print(f"computed by {NUM_TASKS} tasks with {slices:,} slices each")
