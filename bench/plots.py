# SPDX-License-Identifier: GPL-2.0-only
"""The plots, as SVG: the same text from the same results, on every machine.

Colours follow the reader's light or dark scheme.
"""
from html import escape

WIDTH = 900
STYLE = """
svg { font-family: 'DejaVu Sans', Verdana, sans-serif; font-size: 13px; }
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
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" class="{kind}"/>')

    def finish(self, height):
        return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" '
                f'width="{WIDTH}" height="{height:.0f}" role="img">\n'
                f"<title>{escape(self.label)}</title>\n<style>{STYLE}\n</style>\n"
                f'<rect width="100%" height="100%" class="page"/>\n'
                + "\n".join(self.parts) + "\n</svg>\n")


def legend(svg, y, names):
    x = 20
    for i, name in enumerate(names):
        svg.dot(x, y - 4, f"c{i}")
        svg.text(x + 10, y, name)
        x += 40 + 7.6 * len(name)


# Estimators, in the order of their colours.
ESTIMATORS = [("tick", "the tick (ours)"), ("vtime2", "value 2, no tick (ours)"),
              ("perf", "perf's cpu-clock samples"), ("exits", "CPL read at each VM exit")]


def accuracy(panels):
    """[(title, [(workload, {estimator: Mean})])] -> dots with their intervals, in points"""
    left, right, limit, step = 300, 60, 5, 13
    svg = Svg("Error of the share of guest user, by workload and estimator")
    scale = (WIDTH - left - right) / (2 * limit)

    def at(points):
        return left + (points + limit) * scale

    svg.text(20, 26, "Error of guest user in percentage points, 95 % interval of the mean of "
                     "the runs", "title")
    legend(svg, 52, [name for _, name in ESTIMATORS])
    y = 72
    for title, rows in panels:
        rows = [row for row in rows if row[1]]
        if not rows:
            continue
        y += 24
        svg.text(20, y, title, "title")
        top = y + 10
        bottom = top + sum(step * len(row[1]) + 12 for row in rows)
        for points in range(-limit, limit + 1):
            svg.line(at(points), top, at(points), bottom, "grid" if points else "zero")
            svg.text(at(points), bottom + 16, f"{points:+d}" if points else "0", "dim", "middle")
        y = top + 6
        for workload, means in rows:
            middle = y + step * len(means) / 2
            svg.text(left - 12, middle + 4, workload, "", "end")
            for i, (name, _) in enumerate(ESTIMATORS):
                if name not in means:
                    continue
                y += step
                mean, half = means[name].mean, means[name].half
                if abs(mean) > limit:
                    # Outside: its value at the edge.
                    if mean > 0:
                        svg.text(at(limit) - 4, y, f"{mean:+.0f} ▸", f"c{i}", "end")
                    else:
                        svg.text(at(-limit) + 4, y, f"◂ {mean:+.0f}", f"c{i}")
                    continue
                low, high = max(mean - half, -limit), min(mean + half, limit)
                svg.line(at(low), y - 4, at(high), y - 4, f"c{i}", 2)
                svg.dot(at(mean), y - 4, f"c{i}")
            y += 12
        y = bottom + 24
    return svg.finish(y + 4)


STATES = [("off", "value 0 (ours)"), ("on", "value 1 (ours)"),
          ("rival", "CPL read at each VM exit"), ("traced", "kvm_exit traced")]


def overhead(panels):
    """[(title, [(exit, {state: instructions more})])] -> bars with their numbers"""
    left, right, step = 220, 70, 17
    most = max((cost for _, rows in panels for _, costs in rows for cost in costs.values()
                if cost is not None), default=1)
    scale = (WIDTH - left - right) / most
    svg = Svg("Instructions that a VM exit takes more than with the unpatched kernel")
    svg.text(20, 26, "Instructions per VM exit, more than with the unpatched kernel", "title")
    legend(svg, 52, [name for _, name in STATES])
    y = 72
    for title, rows in panels:
        if not rows:
            continue
        y += 24
        svg.text(20, y, title, "title")
        top = y = y + 10
        for kind, costs in rows:
            costs = [(i, costs[name]) for i, (name, _) in enumerate(STATES)
                     if costs.get(name) is not None]
            svg.text(left - 12, y + step * len(costs) / 2 + 5, kind, "", "end")
            for i, cost in costs:
                length = max(0, cost) * scale
                svg.rect(left, y + 2, length, step - 4, f"c{i}")
                svg.text(left + length + 6, y + step - 4, f"{cost:+d}", f"c{i}")
                y += step
            y += 8
        svg.line(left, top, left, y, "zero")
        y += 8
    return svg.finish(y + 8)
