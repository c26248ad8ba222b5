# SPDX-License-Identifier: GPL-2.0-only
"""The plots, as SVG: the same text from the same results, on every machine.

Colours follow the reader's light or dark scheme.
"""
import math
import re
from html import escape

WIDTH = 1000
STYLE = """
svg { font-family: 'DejaVu Sans', Verdana, sans-serif; font-size: 17px; }
text { fill: #1f2328; } .page { fill: #ffffff; } .title { font-weight: bold; }
.grid { stroke: #d0d7de; } .zero { stroke: #57606a; stroke-width: 1.5; } .dim { fill: #57606a; }
.c0 { fill: #0969da; stroke: #0969da; } .c1 { fill: #1a7f37; stroke: #1a7f37; }
.c2 { fill: #8250df; stroke: #8250df; } .c3 { fill: #cf222e; stroke: #cf222e; }
.p0 { fill: #2da05f; } .p1 { fill: #2868a8; } .p2 { fill: #a3a3a3; }
.p3 { fill: #e8b93c; } .p4 { fill: #d1495b; }
text.c0, text.c1, text.c2, text.c3 { stroke: none; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; } .page { fill: #0d1117; } .grid { stroke: #30363d; }
.zero { stroke: #8b949e; } .dim { fill: #8b949e; }
.c0 { fill: #58a6ff; stroke: #58a6ff; } .c1 { fill: #3fb950; stroke: #3fb950; }
.c2 { fill: #bc8cff; stroke: #bc8cff; } .c3 { fill: #ff7b72; stroke: #ff7b72; }
}"""


class Svg:
    """A drawing that grows downwards."""

    def __init__(self, label):
        self.label = label
        self.parts = []

    def text(self, x, y, text, kind="", anchor="start"):
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" '
                          f'text-anchor="{anchor}">{escape(text)}</text>')

    def line(self, x1, y1, x2, y2, kind, width=1):
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
                          f'class="{kind}" stroke-width="{width}"/>')

    def rect(self, x, y, width, height, kind):
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
                          f'height="{height:.1f}" class="{kind}"/>')

    def dot(self, x, y, kind):
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" class="{kind}"/>')

    def finish(self, height):
        return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" '
                f'width="{WIDTH}" height="{height:.0f}" role="img">\n'
                f"<title>{escape(self.label)}</title>\n<style>{STYLE}\n</style>\n"
                f'<rect width="100%" height="100%" class="page"/>\n'
                + "\n".join(self.parts) + "\n</svg>\n")


def drawn(names, rows):
    """[(colour, key, name)] of those that a panel of a row has."""
    there = {key for _, panels in rows for panel in panels for key in panel}
    return [(i, key, name) for i, (key, name) in enumerate(names) if key in there]


def legend(svg, y, names):
    x = 20
    for colour, _, name in names:
        svg.dot(x, y - 5, f"c{colour}")
        svg.text(x + 12, y, name)
        x += 40 + 9.3 * len(name)


class Panels:
    """Panels side by side, one a machine; the names of the rows are on the left."""

    LEFT, GAP, TOP = 220, 46, 160

    def __init__(self, svg, titles, names):
        """titles: [(vendor, "kernel, emulator")]; names: what the names of the rows say"""
        self.svg = svg
        self.width = (WIDTH - self.LEFT - self.GAP * len(titles)) / len(titles)
        for i, (vendor, machine) in enumerate(titles):
            svg.text(self.left(i), 98, vendor, "title")
            for k, line in enumerate(f"{machine}, emulated".split(", ", 1)):
                svg.text(self.left(i), 120 + 22 * k, line, "dim")
        self.name(120, names.split(", ", 1), "dim")

    def left(self, index):
        return self.LEFT + index * (self.width + self.GAP)

    def name(self, y, lines, kind=""):
        """On the left, from the base line y on."""
        for k, line in enumerate(lines):
            self.svg.text(self.LEFT - 16, y + 22 * k, line, kind, "end")

    def row(self, y, height, name):
        """A name of one or two lines in the middle of its row."""
        lines = re.split(r"(?<=,) (?=exit|halts|timer|interrupt)| (?=\(arm64)", name, maxsplit=1)
        self.name(y + height / 2 + 6 - 11 * (len(lines) - 1), lines)

    def nothing(self, index, y, height):
        self.svg.text(self.left(index) + self.width - 4, y + height / 2 + 6, "not measured", "dim",
                      "end")


# Estimators, in the order of their colours.
ESTIMATORS = [("tick", "tick (ours)"), ("vtime2", "no tick, value 2 (ours)"),
              ("perf", "perf's samples"), ("exits", "CPL read at VM exits")]
LIMIT = 4


def accuracy(titles, rows):
    """Dots with their intervals.

    titles: [(vendor, emulator)]; rows: [(workload, [{estimator: Mean} for each vendor])]
    """
    step, pad, estimators = 18, 12, drawn(ESTIMATORS, rows)
    height = max(step * len(estimators), 42) + pad
    svg = Svg("Error of the share of guest user, by workload and estimator")
    svg.text(20, 28, "Error of guest user in percentage points, with the 95 % interval of the "
                     "mean", "title")
    legend(svg, 60, estimators)
    panel = Panels(svg, titles, "guest: instructions, a loop")
    y = panel.TOP
    bottom = y + height * len(rows)
    scale = panel.width / (2 * LIMIT)
    for i in range(len(titles)):
        for points in range(-LIMIT, LIMIT + 1, 2):
            x = panel.left(i) + (points + LIMIT) * scale
            svg.line(x, y, x, bottom, "grid" if points else "zero")
            svg.text(x, bottom + 22, f"{points:+d}" if points else "0", "dim", "middle")
    for workload, panels in rows:
        panel.row(y, height, workload)
        for i, means in enumerate(panels):
            if not means:
                panel.nothing(i, y, height)
            for k, (colour, name, _) in enumerate(estimators):
                if name in means:
                    middle = y + height / 2 + step * (k - (len(estimators) - 1) / 2)
                    estimate(panel, i, scale, middle, colour, means[name])
        y += height
    return svg.finish(bottom + 36)


def estimate(panel, index, scale, y, colour, error):
    """One dot; outside of the panel it is a number at the edge."""
    svg, left = panel.svg, panel.left(index)
    if abs(error.mean) > LIMIT:
        if error.mean > 0:
            svg.text(left + panel.width - 4, y + 6, f"{error.mean:+.0f} ▸", f"c{colour}", "end")
        else:
            svg.text(left + 4, y + 6, f"◂ {error.mean:+.0f}", f"c{colour}")
        return
    low, high = max(error.mean - error.half, -LIMIT), min(error.mean + error.half, LIMIT)
    svg.line(left + (low + LIMIT) * scale, y, left + (high + LIMIT) * scale, y, f"c{colour}", 3)
    svg.dot(left + (error.mean + LIMIT) * scale, y, f"c{colour}")


# The parts of a VM's time, from below, with the colours of the fleet's page.
PARTS = [("guest_user", "guest user"), ("guest_system", "guest system"),
         ("unclassified", "unclassified"), ("host_user", "host user"),
         ("host_system", "host system")]


def time(vms):
    """A stack of parts over time for each VM.

    vms: [(name, [(seconds, [percent of each part]) for each interval])]
    """
    svg = Svg("CPU time of " + ", ".join(name for name, _ in vms) + " by parts, over time")
    svg.text(20, 28, "CPU time of each VM, in percent of a CPU, over time", "title")
    x = 20
    for i, (_, name) in enumerate(PARTS):
        svg.rect(x, 46, 14, 14, f"p{i}")
        svg.text(x + 20, 58, name)
        x += 46 + 9.6 * len(name)
    left, right, height, gap = 190, WIDTH - 40, 110, 26
    longest = max(sum(seconds for seconds, _ in rows) for _, rows in vms)
    most = 10 * math.ceil(max(sum(parts) for _, rows in vms for _, parts in rows) / 10)
    y = 84
    for name, rows in vms:
        bottom = y + height
        svg.text(20, y + height / 2 + 5, name, "title")
        for percent in (0, most / 2, most):
            at = bottom - percent / most * height
            svg.line(left, at, right, at, "grid")
            svg.text(left - 8, at + 5, f"{percent:g} %", "dim", "end")
        start = 0
        for seconds, parts in rows:
            base, end = bottom, start + seconds
            for i, percent in enumerate(parts):
                tall = percent / most * height
                if tall > 0:
                    svg.rect(left + start / longest * (right - left), base - tall,
                             seconds / longest * (right - left) - 1, tall, f"p{i}")
                base -= tall
            start = end
        y = bottom + gap
    for part in range(5):
        svg.text(left + part / 4 * (right - left), y - 4, f"{part / 4 * longest:.0f} s", "dim",
                 "middle")
    return svg.finish(y + 14)
