# SPDX-License-Identifier: GPL-2.0-only
"""bench/results/*.json, and the statistics of runs."""
import json
import math
import os
import statistics

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
KERNEL = os.environ.get("KERNEL", "6.12")
# git has the results of the kernel that is the default; others stay in build/.
RESULTS = os.path.join(TOP, "bench/results" if KERNEL == "6.12"
                       else f"build/bench/results-{KERNEL}")

# Two-sided 95 % quantiles of Student's t, by degrees of freedom.
T_95 = [None, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201,
        2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086]


def table(path):
    """The words of each line of a table of ours."""
    with open(os.path.join(TOP, path), encoding="ascii") as file:
        lines = [line.split("#")[0].split() for line in file]
    return [words for words in lines if words]


TREES = {"": "linux", "stock": "stock", "bench": "bench/linux", "verw": "linux@verw",
         "stock-verw": "stock@verw", "stock-btf": "stock@btf"}


def boots(part):
    """{name: boot} of bench/boots for a part of the bench."""
    found = {}
    for words in table("bench/boots"):
        place, _, name = words[0].partition("/")
        if place == part:
            machine, _, variant = words[2].partition("@")
            rest = [word for word in words[5:] if not word.startswith("needs=")]
            found[name] = {"machine": machine, "tree": TREES[variant], "cpus": int(words[3]),
                           "parameters": rest[:-1], "program": rest[-1]}
    return found


def path_of(part):
    return os.path.join(RESULTS, part + ".json")


def load(part):
    """The boots of that part, by name; {} where there are none."""
    if not os.path.exists(path_of(part)):
        return {}
    with open(path_of(part), encoding="ascii") as file:
        return json.load(file)


class Mean:
    """The mean of runs, and half of its 95 % confidence interval."""

    def __init__(self, values):
        self.runs = len(values)
        self.mean = statistics.fmean(values)
        self.half = math.inf
        if self.runs > 1:
            quantile = T_95[min(self.runs, len(T_95)) - 1]
            self.half = quantile * statistics.stdev(values) / math.sqrt(self.runs)

    def __str__(self):
        # No minus before a zero.
        return f"{round(self.mean, 1) + 0.0:+.1f} ± {self.half:.1f}"

    def excludes_truth(self):
        # Rounding of the truth, where all samples are of one ring.
        return abs(self.mean) > self.half + 0.005
