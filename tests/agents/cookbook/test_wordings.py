"""Nouns that people use for what is counted, words that only say what a file's lines are, and other notations."""

import pytest

from agents.cookbook.asked import load_asked
from agents.cookbook.entries import named_entries
from agents.cookbook.fitting import Fitter
from agents.cookbook.notation import in_words, without_likened
from agents.cookbook.recipe import load_recipes
from agents.cookbook.tokens import stems_of, tokenise
from agents.cookbook.vocabulary import load_vocabulary
from agents.cookbook.wordings import wordings


def test_what_is_counted_has_other_names():
    assert ["{NUM_TASKS}", "job"] in wordings(["{NUM_TASKS} tasks"])


def test_a_value_with_its_noun_may_be_an_argument():
    assert ["bin", "=", "{NUM_BINS}"] in wordings(["{NUM_BINS} bins"])
    assert ["=", "{N}"] not in wordings(["{N}"])


def test_a_name_that_counts_something_else_is_left_to_it():
    found = wordings(["{NUM_TASKS} tasks", "{NUM_CALLS} calls"])

    assert ["{NUM_TASKS}", "call"] not in found
    assert ["{NUM_TASKS}", "job"] not in found


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("the 5 oldest people in people.csv by age", ["people"]),
        ("which employees in /data/staff.csv earn more than 10", ["employees"]),
        ("10 songs of music.csv", ["songs"]),
        ("the 3 cheapest in p.csv", []),
        ("sum of amount in orders.csv", []),
        ("5 people without a file", []),
    ],
)
def test_what_a_files_lines_are_called_is_told_from_its_columns(text, entries):
    tokens = tokenise(text)

    assert [tokens[at].surface for at in sorted(named_entries(tokens))] == entries


RECIPES = {recipe.name: recipe for recipe in load_recipes()}


@pytest.fixture(scope="module")
def fitter():
    return Fitter(tuple(RECIPES.values()), load_asked(), load_vocabulary())


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("monte_carlo_pi", "20 tasks, 1000000 points each", {"NUM_TASKS": 20, "SAMPLES_PER_TASK": 1_000_000}),
        ("monte_carlo_pi", "20 tasks x 1M points", {"NUM_TASKS": 20, "SAMPLES_PER_TASK": 1_000_000}),
        ("rate_limit", "at most 10 calls/s, 100 calls in total", {"PER_SECOND": 10, "NUM_CALLS": 100}),
        ("nearest_neighbours", "nearest points, spread over 8 tasks", {"NUM_TASKS": 8}),
        ("shared_array", "one array, many readers", {}),
        ("producer_consumer", "one producer, many consumers, 40 items", {"NUM_ITEMS": 40}),
        ("kmeans", "KMeans(n_clusters=8)", {"NUM_CLUSTERS": 8}),
        ("fibonacci", "f(n) = f(n-1) + f(n-2), n = 28", {"N": 28}),
        ("fibonacci", "1, 1, 2, 3, 5, 8, ... up to the first 15 terms", {"FIRST": 15}),
        ("actor_counter", "3 actors, 10_000 ticks apiece", {"NUM_COUNTERS": 3, "INCREMENTS": 10_000}),
        ("integrate", "integrate exp over -1..1", {"FUNCTION": "exp", "START": -1, "END": 1}),
        (
            "csv_top",
            "which 5 players have the fewest goals in league.csv",
            {"PATH": "league.csv", "TOP": 5, "WHICH": "smallest", "COLUMN": "goals"},
        ),
        (
            "csv_months",
            "monthly revenue from sales.csv, date col order_date",
            {"PATH": "sales.csv", "COLUMN": "revenue", "DATE_COLUMN": "order_date", "PERIOD": "month"},
        ),
        (
            "csv_bar_chart",
            "bar graph pls, b.csv, x = category, y = sum of cost",
            {"PATH": "b.csv", "COLUMN": "cost", "GROUP_BY": "category"},
        ),
        (
            "csv_aggregate",
            "SELECT host, avg(cpu) FROM m.csv GROUP BY host",
            {"PATH": "m.csv", "COLUMN": "cpu", "FUNCTION": "mean", "GROUP_BY": "host"},
        ),
        (
            "csv_filter",
            "df[df.age >= 65] on p.csv",
            {"PATH": "p.csv", "COLUMN": "age", "VALUE": 65, "COMPARISON": "at least"},
        ),
        ("csv_quantiles", "df['price'].describe() for h.csv", {"PATH": "h.csv", "COLUMN": "price"}),
        (
            "csv_quantiles",
            "np.percentile of latency in r.csv, 10/25/75/90 percentiles",
            {"PATH": "r.csv", "COLUMN": "latency", "PERCENTILES": [10, 25, 75, 90]},
        ),
        ("csv_quantiles", "p50/p95/p99 of ms in r.csv", {"PATH": "r.csv", "COLUMN": "ms", "PERCENTILES": [50, 95, 99]}),
        ("csv_quantiles", "p99 of latency_ms in r.csv", {"PATH": "r.csv", "COLUMN": "latency_ms", "PERCENTILE": 99}),
        (
            "csv_filter",
            'df.query("age >= 65") on p.csv',
            {"PATH": "p.csv", "COLUMN": "age", "VALUE": 65, "COMPARISON": "at least"},
        ),
        ("histogram", "plt.hist, bins=100, 8 tasks", {"NUM_BINS": 100, "NUM_TASKS": 8}),
        ("retries", "retry a flaky task 5x", {"MAX_RETRIES": 5}),
        ("epidemic", "infection rate .25, recovery rate .1", {"INFECTION_RATE": 0.25, "RECOVERY_RATE": 0.1}),
        ("data_split", "keep a quarter for the test", {"TEST_PERCENT": 25}),
        ("scatter_plot", "a correlation of minus one half", {"CORRELATION": -0.5}),
        ("rate_limit", "20 calls in one second", {"PER_SECOND": 20}),
        ("placement_group", '[{"CPU": 2}] * 3 bundles', {"NUM_BUNDLES": 3, "CPUS": 2}),
        ("shared_array", "several tasks read one large array", {}),
        ("actor_counter", "self.n += 1, called 7 times", {"INCREMENTS": 7}),
        ("concurrency_groups", 'method(concurrency_group="io") in an actor', {}),
        ("shortest_paths", "how many nodes are 1, 2, 3... hops away", {}),
    ],
)
def test_values_are_read_where_people_write_them(fitter, name, text, values):
    tokens = tokenise(text)

    reading = fitter.read(tokens, RECIPES[name])

    assert reading.values == values
    assert not reading.problems
    assert not fitter.unplaced(tokens, RECIPES[name], reading)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rate_limit", 'celery rate_limit="20/s" analog'),
        ("placement_group", 'placement_group(bundles, strategy="SPREAD")'),
        ("csv_aggregate", "SELECT host, avg(cpu) FROM m.csv WHERE cpu > 5 GROUP BY host"),
        ("csv_filter", "df[(df.age >= 65) & (df.age < 80)] on p.csv"),
        ("epidemic", "an epidemic with R0=3"),
        ("progress", "a progress bar that is drawn every 10ms"),
        ("integrate", "integrate x squared plus 3 from 0 to 1"),
    ],
)
def test_a_value_without_a_place_stays_without_one(fitter, name, text):
    tokens = tokenise(text)
    reading = fitter.read(tokens, RECIPES[name])

    problems = [*reading.problems, *fitter.unplaced(tokens, RECIPES[name], reading)]

    assert problems


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("df.groupby('store')['revenue'].mean() on s.csv", "mean of 'revenue' by 'store' on s.csv"),
        ('ds.groupby("region").mean("amount")', "mean of 'amount' by 'region'"),
        ('pandas read_csv("o.csv")["total"].sum()', "\"o.csv\" sum of 'total'"),
        ("select host, max(cpu) from m.csv group by host", "max of 'cpu' by 'host' in m.csv"),
        ("SELECT DISTINCT status FROM t.csv", "distinct values of 'status' in t.csv"),
        ("SELECT * FROM e.csv ORDER BY salary DESC LIMIT 5", "top 5 of e.csv by 'salary'"),
        ("SELECT * FROM e.csv WHERE age > 3 AND pay < 5", "SELECT * FROM e.csv WHERE age > 3 AND pay < 5"),
        ('search for "SELECT DISTINCT a FROM b.csv" in x.log', 'search for "SELECT DISTINCT a FROM b.csv" in x.log'),
    ],
)
def test_a_whole_statement_is_put_into_words(text, words):
    assert in_words(text).split() == words.split()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("asyncio.Queue, ray flavour", ".Queue, ray flavour"),
        ("sklearn.cluster.KMeans but on Ray", ".cluster.KMeans but on Ray"),
        ("something like celery", "something like "),
        ("use sklearn.svm on Ray", "use sklearn.svm on Ray"),
        ("train with sklearn", "train with sklearn"),
    ],
)
def test_a_library_is_left_out_only_where_something_is_likened_to_it(text, left):
    assert without_likened(text) == left


def test_a_quoted_text_stays_as_it_is():
    text = "it is like dask, w/ avg col 10/20/30"

    assert [token.value for token in tokenise(f'count the words in "{text}"') if token.kind == "text"] == [text]


def test_abbreviations_are_read_as_what_they_stand_for():
    assert stems_of("avg of cols w/ dupes") == stems_of("average of columns with duplicates")
