"""Multiply two square matrices: each task multiplies a block of rows, and the blocks are stacked."""

import numpy as np
import ray

SIZE = 512  # rows and columns of both matrices
NUM_BLOCKS = 4  # blocks of rows, one task for each
SEED = 7  # the same seed, the same matrices


@ray.remote
def multiply(rows: np.ndarray, right: np.ndarray) -> np.ndarray:
    return rows @ right


ray.init()

rng = np.random.default_rng(SEED)
left, right = rng.random((SIZE, SIZE)), rng.random((SIZE, SIZE))
right_ref = ray.put(right)  # stored once, read by every task
blocks = ray.get([multiply.remote(rows, right_ref) for rows in np.array_split(left, NUM_BLOCKS)])
product = np.vstack(blocks)

print(f"multiplied two {SIZE} x {SIZE} matrices in {NUM_BLOCKS} row blocks")
print(f"trace of the product: {np.trace(product):,.3f}")
print(f"agrees with numpy: {np.allclose(product, left @ right)}")
