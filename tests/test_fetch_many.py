"""Many policies over many loopback hosts: polite, bounded, and one bad host keeps nobody waiting."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from servers import Reply, serve

from benchmarks import fetch as bench
from tracker import config
from tracker.config import Policy
from tracker.pipeline.hosts import HostQueues
from tracker.pipeline.workbench import Workbench


@pytest.mark.slow
def test_a_thousand_policies_over_fifty_hosts_are_fetched_politely_in_little_memory() -> None:
    memory = Path("/dev/shm")  # a disk's waits are not what is tested
    place = memory if memory.is_dir() else None
    [run] = bench.runs(1_000, 50, gap=0.2, times=1, sections=2, place=place)
    assert run.counts["new"] == 1_000
    assert run.least_gap > 0.15 and run.memory < 300 and run.wall < 120


def test_a_slow_host_keeps_nobody_waiting(tmp_path: Path) -> None:
    def slow(handler: object) -> Reply:
        time.sleep(0.4)
        return Reply(bench.page(1))

    with (
        serve({f"/{n}": slow for n in range(3)}) as bad,
        serve({f"/{n}": Reply(bench.page(n)) for n in range(6)}) as good,
    ):
        table = "[settings]\nallow_private = true\nrobots = false\nhost_gap = 0\n"
        for n in range(3):
            table += f'[policies.bad{n}]\nurl = "{bad.url}/{n}"\n'
        for n in range(6):
            table += f'[policies.good{n}]\nurl = "{good.url}/{n}"\n'
        config.init(tmp_path)
        (tmp_path / "policies.toml").write_text(table)
        workspace = config.find_workspace(tmp_path)
        with Workbench(workspace) as bench_:
            came = [outcome.policy for outcome in bench_.fetch_all(workspace.policies, jobs=2)]
    assert sorted(came) == sorted(each.id for each in workspace.policies)
    assert came[-1] == "bad2" and came.index("good5") < came.index("bad2")


def test_one_policy_of_a_host_at_a_time_and_each_host_in_turn() -> None:
    policies = [Policy(f"{host}{n}", f"https://{host}.example/{n}") for host in "ab" for n in range(2)]
    queues = HostQueues(policies, lambda policy: 0.0)
    first, second = queues.take(), queues.take()
    assert first and second and (first.id, second.id) == ("a0", "b0")
    queues.done(second)
    third = queues.take()
    assert third and third.id == "b1"
    queues.stop()
    assert queues.take() is None
