# SPDX-License-Identifier: GPL-2.0-only
"""Tables of bench/fleet, measured and on paper."""

HOSTS_ON_PAPER = (1_000, 10_000, 100_000)
DAYS = 15
# Samples of a series in a block of two hours, at 30 s.
BLOCK = 240


def size(n):
    for unit in ("bytes", "KiB", "MiB", "GiB", "TiB"):
        if n < 1024 or unit == "TiB":
            return f"{n:,.0f} {unit}" if n >= 10 else f"{n:,.1f} {unit}"
        n /= 1024
    return ""


def measured(r):
    return [["measured", ""],
            ["hosts, VMs", f"{r['hosts']:,}, {r['hosts'] * r['vms_per_host']:,}"],
            ["cores; load average meanwhile", f"{r['cores']}; {r['load_average']:.1f}" + (
                " (other work: all times are longer than alone)" if r["load_average"] > 2 * r["cores"] else "")],
            ["series in memory; samples a second", f"{r['series']:,.0f}; {r['samples_per_s']:,.0f}"],
            ["the page names the bad VM after", f"{r['page_names_it_after_s']:.0f} s"],
            ["its alert is pending; fires after (five minutes are its own)",
             f"{r['alert_pending_after_s']:.0f} s; {r['alert_fires_after_s']:.0f} s"],
            ["alerts for other VMs or hosts", f"{r['other_alerts']:.0f}"],
            [f"the page takes: median, worst of {r['pages']}",
             f"{r['page_s_median']:.2f} s, {r['page_s_worst']:.2f} s"],
            ["all rules take, of 30 s: median; the worst group, ever; evaluations missed",
             f"{r['rules_s_median']:.1f} s; {r['rules_s_worst']:.1f} s; {r['rules_missed']:.0f}"],
            ["slowest scrape; hosts not scraped", f"{r['scrape_s_worst']:.2f} s; {r['hosts_down']:.0f}"],
            ["Prometheus: memory, CPUs", f"{size(r['memory_bytes'])}, {r['cpus']:.2f}"],
            ["on disk: a sample; index of a series",
             f"{r['chunk_bytes_per_sample']:.1f} bytes; {r['index_bytes_per_series']:.0f} bytes"],
            ["a scrape of a host; of the one above by federation",
             f"{size(r['scrape_bytes'])}; {size(r['federation_bytes'])} in {r['federation_s']:.2f} s"],
            ["remote write, a sample", f"{r['remote_bytes_per_sample']:.1f} bytes"]]


def scrape(r):
    own = r["exporter_ms"] - r["loop_same_ms"]
    return [["a scrape", "CPU time"],
            [f"a loop that reads the same files of /proc ({r['vms']:,} VMs, {r['threads']:,} threads)",
             f"{r['loop_proc_ms']:.0f} ms"],
            [f"the exporter's own work on them, its text of {size(r['bytes'])} included", f"{own:.0f} ms"],
            ["the exporter, against the loop (goal: at most 1.3)",
             f"{(r['loop_proc_ms'] + own) / r['loop_proc_ms']:.2f}"]]


def on_paper(r):
    """Linear in hosts: a Prometheus for as many as were measured, and one above them."""
    rows = [["hosts", "series", "samples a second", "Prometheus servers", "their memory", "their CPUs",
             f"disk for {DAYS} days", "the one above: series, traffic", "or by remote write"]]
    for hosts in HOSTS_ON_PAPER:
        times = hosts / r["hosts"]
        samples = r["samples_per_s"] * times
        disk = samples * 86400 * DAYS * (r["chunk_bytes_per_sample"] + r["index_bytes_per_series"] / BLOCK)
        shards = max(1, round(times))
        above = "-" if shards == 1 else (f"{r['federation_series'] * times:,.0f}, "
                                         f"{size(r['federation_bytes'] * times / r['scrape_interval_s'])}/s")
        rows.append([f"{hosts:,}", f"{r['series'] * times:,.0f}", f"{samples:,.0f}", str(shards),
                     size(r["memory_bytes"] * times), f"{r['cpus'] * times:,.1f}", size(disk), above,
                     f"{size(samples * r['remote_bytes_per_sample'])}/s"])
    return rows
