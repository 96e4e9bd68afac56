"""Draw the Mandelbrot set: each task computes a strip of rows, the driver saves the picture."""

import os
import pathlib

import matplotlib
import numpy as np
import ray

WIDTH = 600  # pixels
HEIGHT = 400  # pixels
MAX_ITERATIONS = 100  # after so many steps a point counts as inside
NUM_STRIPS = 8  # strips of rows, one task for each


@ray.remote
def strip(rows: np.ndarray) -> np.ndarray:
    """For each pixel the number of steps after which it escapes, or MAX_ITERATIONS."""
    c = np.linspace(-2.2, 0.8, WIDTH)[None, :] + 1j * rows[:, None]
    z = np.zeros_like(c)
    escaped_after = np.full(c.shape, MAX_ITERATIONS)
    for iteration in range(MAX_ITERATIONS):
        alive = escaped_after == MAX_ITERATIONS
        z[alive] = z[alive] ** 2 + c[alive]
        escaped_after[alive & (np.abs(z) > 2)] = iteration
    return escaped_after


ray.init()

rows = np.linspace(-1.0, 1.0, HEIGHT)
image = np.vstack(ray.get([strip.remote(part) for part in np.array_split(rows, NUM_STRIPS)]))

matplotlib.use("Agg")
from matplotlib import pyplot as plt  # noqa: E402 - after the choice of the backend

path = pathlib.Path(os.environ.get("RAYGEN_OUT", ".")) / "mandelbrot.png"
plt.imsave(path, image, cmap="magma", origin="lower")
inside = float((image == MAX_ITERATIONS).mean())
print(f"Mandelbrot set, {WIDTH} x {HEIGHT} pixels, {NUM_STRIPS} strips: {inside:.1%} of the picture lies inside")
print(f"saved as {path.name}")
