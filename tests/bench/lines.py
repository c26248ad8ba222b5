# SPDX-License-Identifier: GPL-2.0-only
"""What the programs of tests/bench print, and where it came from."""
import os
import re
import subprocess

top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def fields(line):
    """The first word, and a dictionary of the KEY=VALUE words."""
    words = line.split()
    return words[0], dict(word.split("=", 1) for word in words[1:] if "=" in word)


def boots(part):
    """The boots of tests/bench/boots for this part, as dictionaries."""
    result = []
    with open(os.path.join(top, "tests/bench/boots"), encoding="ascii") as file:
        for line in file:
            words = line.split("#")[0].split()
            if not words or words[0] != part:
                continue
            result.append({
                "name": words[1], "machine": words[2], "kernel": words[3],
                "parameters": dict(word.split("=", 1) for word in words[6:]
                                   if not word.startswith("--")),
            })
    return result


def kernel_version():
    """Of the source that the kernels were built from."""
    kernel = os.environ.get("KERNEL", "6.12")
    with open(os.path.join(top, f"build/src/linux-{kernel}.version"), encoding="ascii") as file:
        return file.read().strip()


def _package(name):
    output = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", name],
                            capture_output=True, text=True, check=True).stdout
    return re.match(r"(?:\d+:)?([0-9.]+)", output).group(1).rstrip(".")


def emulators():
    """What the machines are, with version."""
    return {
        "svm": "QEMU " + _package("qemu-system-x86") + " TCG, -icount",
        "vmx": "Bochs " + _package("bochs"),
    }
