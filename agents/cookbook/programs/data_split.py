"""Shuffle a Ray dataset and split it into a part to train with and a part to test with."""

import ray

NUM_ROWS = 1_000  # rows of the (generated) dataset
TEST_PERCENT = 20  # percent of the rows that are kept for the test
SEED = 7  # the same seed, the same split


ray.init()
ray.data.DataContext.get_current().enable_progress_bars = False

dataset = ray.data.range(NUM_ROWS).random_shuffle(seed=SEED)
train, test = dataset.train_test_split(TEST_PERCENT / 100)
train_ids = {row["id"] for row in train.take_all()}
test_ids = {row["id"] for row in test.take_all()}

print(f"{NUM_ROWS:,} rows: {len(train_ids):,} to train with, {len(test_ids):,} to test with ({TEST_PERCENT:g} %)")
print(f"rows in both parts: {len(train_ids & test_ids)}, rows in none: {NUM_ROWS - len(train_ids | test_ids)}")
print(f"first ids of the test part: {sorted(test_ids)[:5]}")
