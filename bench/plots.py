# SPDX-License-Identifier: GPL-2.0-only
"""The plots, as SVG: the same text from the same results, on every machine.

Colours follow the reader's light or dark scheme.
"""
from html import escape

WIDTH = 1240
STYLE = """
svg { font-family: 'DejaVu Sans', Verdana, sans-serif; font-size: 15px; }
text { fill: #1f2328; } .page { fill: #ffffff; } .title { font-weight: bold; }
.grid { stroke: #d0d7de; } .zero { stroke: #57606a; stroke-width: 1.5; } .dim { fill: #57606a; }
.c0 { fill: #0969da; stroke: #0969da; } .c1 { fill: #1a7f37; stroke: #1a7f37; }
.c2 { fill: #8250df; stroke: #8250df; } .c3 { fill: #cf222e; stroke: #cf222e; }
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


def legend(svg, y, names):
    x = 20
    for i, name in enumerate(names):
        svg.dot(x, y - 5, f"c{i}")
        svg.text(x + 12, y, name)
        x += 50 + 8.4 * len(name)


# Panels side by side, one a vendor; the names of the rows are on the left.
LEFT, PANEL, GAP = 300, 280, 30


def panel_left(index):
    return LEFT + index * (PANEL + GAP)


def headings(svg, y, titles):
    for i, (vendor, emulator) in enumerate(titles):
        svg.text(panel_left(i), y, vendor, "title")
        svg.text(panel_left(i), y + 20, emulator, "dim")


# Estimators, in the order of their colours.
ESTIMATORS = [("tick", "tick (ours)"), ("vtime2", "no tick, value 2 (ours)"),
              ("perf", "perf's samples"), ("exits", "CPL read at VM exits")]
LIMIT = 4


def accuracy(titles, rows):
    """Dots with their intervals.

    titles: [(vendor, emulator)]; rows: [(workload, [{estimator: Mean} for each vendor])]
    """
    step, pad = 14, 14
    svg = Svg("Error of the share of guest user, by workload and estimator")
    scale = PANEL / (2 * LIMIT)
    svg.text(20, 28, "Error of guest user in percentage points, with the 95 % interval of the "
                     "mean of the runs", "title")
    legend(svg, 58, [name for _, name in ESTIMATORS])
    headings(svg, 96, titles)
    top = y = 128
    bottom = top + (step * len(ESTIMATORS) + pad) * len(rows)
    for i in range(len(titles)):
        for points in range(-LIMIT, LIMIT + 1, 2):
            x = panel_left(i) + (points + LIMIT) * scale
            svg.line(x, top, x, bottom, "grid" if points else "zero")
            svg.text(x, bottom + 20, f"{points:+d}" if points else "0", "dim", "middle")
    for workload, panels in rows:
        svg.text(LEFT - 16, y + (step * len(ESTIMATORS) + pad) / 2 + 5, workload, "", "end")
        for i, means in enumerate(panels):
            for k, (name, _) in enumerate(ESTIMATORS):
                if name in means:
                    estimate(svg, panel_left(i), scale, y + pad / 2 + step * (k + 0.5), k,
                             means[name])
        y += step * len(ESTIMATORS) + pad
    return svg.finish(bottom + 34)


def estimate(svg, left, scale, y, colour, error):
    """One dot; outside of the panel it is a number at the edge."""
    if abs(error.mean) > LIMIT:
        if error.mean > 0:
            svg.text(left + PANEL - 4, y + 5, f"{error.mean:+.0f} ▸", f"c{colour}", "end")
        else:
            svg.text(left + 4, y + 5, f"◂ {error.mean:+.0f}", f"c{colour}")
        return
    low, high = max(error.mean - error.half, -LIMIT), min(error.mean + error.half, LIMIT)
    svg.line(left + (low + LIMIT) * scale, y, left + (high + LIMIT) * scale, y, f"c{colour}", 3)
    svg.dot(left + (error.mean + LIMIT) * scale, y, f"c{colour}")


STATES = [("off", "value 0 (ours)"), ("on", "value 1 (ours)"),
          ("rival", "CPL read at VM exits"), ("traced", "kvm_exit traced")]


def overhead(titles, rows):
    """Bars with their numbers.

    titles: [(vendor, emulator)]; rows: [(exit, [{state: instructions more} for each vendor])]
    """
    step, pad = 20, 16
    most = max((cost for _, panels in rows for costs in panels for cost in costs.values()),
               default=1)
    scale = (PANEL - 60) / max(most, 1)
    svg = Svg("Instructions that a VM exit takes more than with the unpatched kernel")
    svg.text(20, 28, "Instructions per VM exit, more than with the unpatched kernel", "title")
    legend(svg, 58, [name for _, name in STATES])
    headings(svg, 96, titles)
    top = y = 128
    bottom = top + (step * len(STATES) + pad) * len(rows)
    for i in range(len(titles)):
        svg.line(panel_left(i), top, panel_left(i), bottom, "zero")
    for kind, panels in rows:
        svg.text(LEFT - 16, y + (step * len(STATES) + pad) / 2 + 5, kind, "", "end")
        for i, costs in enumerate(panels):
            for k, (name, _) in enumerate(STATES):
                if name not in costs:
                    continue
                length = max(0, costs[name]) * scale
                at = y + pad / 2 + step * k
                svg.rect(panel_left(i), at + 2, length, step - 4, f"c{k}")
                svg.text(panel_left(i) + length + 6, at + step - 5, f"{costs[name]:+d}", f"c{k}")
        y += step * len(STATES) + pad
    return svg.finish(bottom + 20)
