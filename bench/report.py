"""RESULTS.md and the plot, from the rows that compare.py has measured.

A row: {"net", "threads", "batch", "nnc", "limit": microseconds, "peers": {name: us}, "calls": {name: us}}.
"""
import datetime
import math
import os
import re

COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#222222"]


def ratio(row):
    return row["nnc"] / min(row["peers"].values())


def ratio_without_call(row):
    """A call that took longer on one weight than on this net says nothing, and is not taken off. Nor does it say all where
    less than the limit would be left: then threads woke while others worked already."""
    def left(peer, us):
        call = row["calls"].get(peer, 0)
        return max(us - call, min(us, row["limit"])) if call < us else us

    return row["nnc"] / min(left(peer, us) for peer, us in row["peers"].items())


def table(rows, peers):
    heading = ["net", "threads", "batch", "nnc us", "limit us", "of limit", *(f"{peer} us (call)" for peer in peers),
               "nnc / best", "nnc / best without calls"]
    lines = ["| " + " | ".join(heading) + " |", "|---" * len(heading) + "|"]
    for row in rows:
        cells = [row["net"], row["threads"], row["batch"], f"{row['nnc']:.1f}", f"{row['limit']:.1f}",
                 f"{100 * row['limit'] / row['nnc']:.0f} %"]
        for peer in peers:
            us = row["peers"].get(peer)
            cells.append(f"{us:.1f} ({row['calls'].get(peer, 0):.1f})" if us else "-")
        cells += [f"{ratio(row):.2f}", f"{ratio_without_call(row):.2f}"] if row["peers"] else ["-", "-"]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def machine():
    """A virtual machine often hides the model's name; family and model tell it all the same."""
    with open("/proc/cpuinfo") as file:
        fields = dict(re.split(r"\s*:\s*", line.strip(), maxsplit=1) for line in file if ":" in line)
    numbers = f" (family {fields['cpu family']}, model {fields['model']})" if "cpu family" in fields else ""
    return f"{len(os.sched_getaffinity(0))} cores of {fields.get('model name', 'unknown CPU')}{numbers}"


def text(rows, peers, notes, command):
    compared = [row for row in rows if row["peers"]]
    behind = ", ".join(f"{row['net']} at batch {row['batch']} on {row['threads']} thread{'s'[:row['threads'] - 1]} "
                       f"({ratio(row):.2f})" for row in compared if ratio(row) > 1)
    ahead = lambda measure: f"{sum(measure(row) <= 1 for row in compared)} of {len(compared)}"
    return f"""# Results

What `{command}` measured on {datetime.date.today()} on {machine()}.

nnc is at or ahead of the best peer in {ahead(ratio)} cells as measured, in {ahead(ratio_without_call)} with the cost of the peers' calls
from Python taken off.{"".join([f" As measured it is behind on {behind}."] * bool(behind) + [f" {note}" for note in notes])}

![how many times as fast as the best peer](results.svg)

Medians in microseconds, of rounds in which nnc and every peer have their turn. The limit is the slowest of three: the multiply-adds
at the FMA peak, those of one sample one after the other, and reading the weights once, all measured by nnc-bench between the
calls; in brackets what the peer's call costs on a net of one weight.
The nets' widths are in bench/nets.py; `large` is 4096-4096-4096-4096.

{table(rows, peers)}
"""


def plot(rows):
    """How many times as fast as the best peer nnc is: a panel for each number of threads, a line for each net."""
    rows = [row for row in rows if row["peers"]]
    nets, threads = list(dict.fromkeys(row["net"] for row in rows)), sorted({row["threads"] for row in rows})
    batches = sorted({row["batch"] for row in rows})
    panel, top, bottom, left = 400, 50, 360, 60
    width = left + panel * len(threads) + 130
    low = min([0.8] + [0.9 / ratio(row) for row in rows])
    high = max([2.0] + [1.1 / ratio(row) for row in rows])
    y = lambda value: bottom - (bottom - top) * math.log(value / low) / math.log(high / low)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="420" viewBox="0 0 {width} 420" '
             f'font-family="sans-serif" font-size="13"><rect width="{width}" height="420" fill="white"/>']

    def say(x, y, words, anchor="middle", more=""):
        parts.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {more}>{words}</text>')

    say(18, (top + bottom) / 2, "times as fast as the best peer (logarithmic)",
        more=f'transform="rotate(-90 18 {(top + bottom) / 2})"')
    for index, count in enumerate(threads):
        start = left + index * panel
        end = start + panel - 30
        x = lambda batch: start + 20 + (end - start - 40) * batches.index(batch) / max(len(batches) - 1, 1)
        say((start + end) / 2, 30, f"{count} thread{'s' if count > 1 else ''}", more='font-size="16"')
        for tick in (0.2, 0.5, 0.8, 1, 1.25, 1.5, 2, 3, 5, 10, 20, 50):
            if low <= tick <= high:
                colour, stroke = ("#222", 1.5) if tick == 1 else ("#e4e4e4", 1)
                parts.append(f'<path d="M{start} {y(tick):.1f}H{end}" stroke="{colour}" stroke-width="{stroke}"/>')
                if index == 0:
                    say(start - 6, y(tick) + 4, f"{tick:g}", "end")
        for batch in batches:
            say(x(batch), bottom + 18, batch)
        say((start + end) / 2, bottom + 40, "batch")
        for net, colour in zip(nets, COLOURS):
            points = [(x(row["batch"]), y(1 / ratio(row))) for row in rows if row["net"] == net and row["threads"] == count]
            if points:
                path = "L".join(f"{px:.1f} {py:.1f}" for px, py in points)
                parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
            parts += [f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3.5" fill="{colour}"/>' for px, py in points]
    for i, (net, colour) in enumerate(zip(nets, COLOURS)):
        x, base = width - 145, top + 20 + 22 * i
        parts.append(f'<path d="M{x} {base - 4}h22" stroke="{colour}" stroke-width="2"/>')
        say(x + 30, base, net, "start")
    return "\n".join(parts) + "\n</svg>\n"
