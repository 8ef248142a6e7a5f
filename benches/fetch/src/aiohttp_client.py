"""aiohttp as a contender: so many workers share one iterator of URLs and one session."""

import asyncio
import signal
import sys
import time

import aiohttp


async def main(url, urls, limit):
    rest = (f"{url}?{n}" for n in range(urls))
    pages = 0

    async def work(session):
        nonlocal pages
        for each in rest:
            async with session.get(each) as answer:
                pages += len(await answer.read()) == 1024

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=limit)) as session:
        cpu, wall = time.process_time(), time.perf_counter()
        await asyncio.gather(*(work(session) for _ in range(limit)))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    with open("/proc/self/status") as status:
        peak = next(line.split()[1] for line in status if line.startswith("VmHWM:"))
    print(int(wall * 1e6), int(cpu * 1e6), peak, pages)


signal.alarm(120)
asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
