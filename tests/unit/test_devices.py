"""What a Dispatcher shows of the machine's devices: order, limit, peers."""

from __future__ import annotations

from bitfusion.server.devices import select

SNAPSHOT = {
    "driver_version": 13000,
    "devices": [
        {
            "name": f"gpu{number}",
            "total_memory": 1000 * (number + 1),
            "peers": [10 * number + peer for peer in range(3)],
        }
        for number in range(3)
    ],
}


def test_devices_come_in_the_order_asked_for_and_peers_with_them():
    devices = select(SNAPSHOT, (2, 0), (None, None), shared=False)
    assert [device["name"] for device in devices.snapshot["devices"]] == ["gpu2", "gpu0"]
    assert [device["peers"] for device in devices.snapshot["devices"]] == [[22, 20], [2, 0]]
    assert devices.limits == (None, None) and devices.snapshot["driver_version"] == 13000


def test_limit_is_the_size_that_is_shown_and_a_larger_one_is_capped_with_a_warning():
    devices = select(SNAPSHOT, (0, 2), (2500, 2500), shared=False)
    assert devices.limits == (1000, 2500)
    assert [device["total_memory"] for device in devices.snapshot["devices"]] == [1000, 2500]
    assert len(devices.warnings) == 1 and "2500" in devices.warnings[0] and "1000" in devices.warnings[0]


def test_each_device_has_its_own_limit():
    devices = select(SNAPSHOT, (2, 0), (2000, 700), shared=True)
    assert devices.limits == (2000, 700)
    assert [device["total_memory"] for device in devices.snapshot["devices"]] == [2000, 700]


def test_shared_devices_without_a_limit_are_limited_by_their_size():
    assert select(SNAPSHOT, (0, 1), (None, None), shared=True).limits == (1000, 2000)


def test_snapshot_of_the_machine_is_not_changed():
    before = repr(SNAPSHOT)
    select(SNAPSHOT, (1,), (5,), shared=True)
    assert repr(SNAPSHOT) == before
