"""The same loads for CPython. Same arguments, same output as the Rust side: see measure.rs.

The checksum costs CPython several times the generator, so it is left out when something is measured.
"""

import sys
import time

measuring = False
MASK = (1 << 64) - 1


def mixed(sum, item):
    sum ^= item
    return ((sum << 5) | (sum >> 59)) & MASK


def checksum(items):
    sum = 0
    if measuring:
        for item in items:
            pass
    else:
        for item in items:
            sum = mixed(sum, item)
    return sum


def range_body(n):
    for i in range(n):
        yield i


def compute_body(n):
    x = 1
    for _ in range(n):
        x = (x * 6364136223846793005 + 1) & MASK
        yield x >> 33


def send_body():
    total = 0
    while True:
        total = (total + (yield total)) & MASK


def send(n, depth):
    body = send_body()
    next(body)
    return checksum(map(body.send, range(n)))


def pipeline(n, depth):
    def squared(items):
        for i in items:
            yield (i * i) & MASK

    def kept(items):
        for item in items:
            if item & 4 == 0:
                yield item

    return checksum(kept(squared(range_body(n))))


def creation(n, depth):
    return checksum(i ^ next(range_body(1000)) for i in range(n))


def delegation(n, depth):
    def level(inner):
        yield from inner

    body = compute_body(n)
    for _ in range(depth):
        body = level(body)
    return checksum(body)


def walks(n, children):
    def walk(node):
        left, right = children[node]
        if left is not None:
            yield from walk(left)
        yield node
        if right is not None:
            yield from walk(right)

    sum = 0
    for _ in range(n):
        sum = mixed(sum, checksum(walk(0)))
    return sum


def tree(n, depth):
    count = (1 << depth) - 1
    child = lambda node: node if node < count else None
    return walks(n, [(child(2 * node + 1), child(2 * node + 2)) for node in range(count)])


def chain(n, depth):
    return walks(n, [(below if below < depth else None, None) for below in range(1, depth + 1)])


def resident_bytes():
    for line in open("/proc/self/status"):
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024


def suspended(count):
    kept = [None] * count
    before = resident_bytes()
    for i in range(count):
        kept[i] = range_body(1000)
        next(kept[i])
    return resident_bytes() - before + 8 * count  # the list is in place already


LOADS = {
    "range": lambda n, depth: checksum(range_body(n)),
    "compute": lambda n, depth: checksum(compute_body(n)),
    "send": send,
    "pipeline": pipeline,
    "creation": creation,
    "delegation": delegation,
    "tree": tree,
    "chain": chain,
}


def main(mode, load, *numbers):
    global measuring
    measuring = mode != "run"
    if mode == "memory":
        print(suspended(int(numbers[0])))
        return
    n, depth = map(int, numbers)
    run = LOADS[load]
    if mode in ("run", "count"):
        print(run(n, depth))
        return
    for _ in range(int(mode.removeprefix("time="))):
        start = time.perf_counter_ns()
        run(n, depth)
        print(time.perf_counter_ns() - start)


try:
    main(*sys.argv[1:])
except RecursionError:
    sys.exit("RecursionError")
