"""--filter: which GPUs match, and what is said of a filter that makes no sense."""

from __future__ import annotations

import pytest

from bitfusion.config.addresses import Address
from bitfusion.errors import ConfigError
from bitfusion.srs.filters import KEYS, Filters

AT = Address("10.1.2.3", 56001)
LISTING = {
    "server": {"hostname": "Node7", "driver_version": "535.104", "cuda_version": "13.0"},
    "gpus": [
        {"index": 0, "name": "Tesla V100S-PCIE-32GB", "memory_mib": 32510},
        {"index": 1, "name": "Tesla T4", "memory_mib": 16160},
        {"index": 2, "name": "NVIDIA A100", "memory_mib": 16160},
    ],
}
ALL = [0, 1, 2]


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ((), None),
        (("server.addr=10.1.2.3",), ALL),
        (("server.addr=10.1.2.3:56001",), ALL),
        (("server.addr=10.1.2.3:1",), []),
        (("server.addr=10.1",), []),
        (("server.hostname=node7",), ALL),
        (("server.hostname=node",), []),
        (("server.has-rdma=false",), ALL),
        (("server.has-rdma=true",), []),
        (("server.cuda-version=13",), ALL),
        (("server.cuda-version=13.0",), ALL),
        (("server.cuda-version=1",), []),
        (("server.cuda-version=13.01",), []),
        (("server.driver-version=535",), ALL),
        (("server.dirver-version=535.104",), ALL),
        (("server.driver-version=470",), []),
        (("server.driver-version=470", "server.dirver-version=535"), ALL),
        (("device.id=2",), [2]),
        (("device.id=0", "device.id=2"), [0, 2]),
        (("device.id=3",), []),
        (("device.name=tesla",), [0, 1]),
        (("device.name=tesla", "device.name=A100"), ALL),
        (("device.phy-memory=16160",), [1, 2]),
        (("device.phy-memory=16160", "device.name=Tesla"), [1]),
        (("server.hostname=node7", "server.hostname=other", "server.addr=10.1.2.3", "device.id=1"), [1]),
        (("server.hostname=node7", "server.addr=10.9.9.9"), []),
        (("device.name=V100S-PCIE=32",), []),
    ],
)
def test_keys_must_all_hold_and_one_value_of_each(items, expected):
    assert Filters.parse(items).devices(AT, LISTING) == expected


def test_server_with_tls_is_named_as_it_is_shown_or_without_what_tls_needs():
    at = Address("Gpu-1", 56001, tls=True, pin="ab" * 32)
    for text in (str(at), at.place, at.host):
        assert Filters.parse([f"server.addr={text}"]).devices(at, LISTING) == ALL
    assert Filters.parse([f"server.addr=tls://{at.place}"]).devices(at, LISTING) == []


def test_version_that_is_not_known_matches_nothing():
    listing = {**LISTING, "server": {**LISTING["server"], "driver_version": None}}
    assert Filters.parse(["server.driver-version=None"]).devices(AT, listing) == []


@pytest.mark.parametrize("item", ["", "=", "device.name", "device.colour=red", "Device.name=x", "=x", "device.name =x"])
def test_unknown_key_lists_the_keys(item):
    with pytest.raises(ConfigError) as caught:
        Filters.parse([item])
    assert repr(item) in str(caught.value) and all(key in str(caught.value) for key in KEYS)


@pytest.mark.parametrize(
    "item",
    [
        "device.name=",
        "device.id=x",
        "device.id=-1",
        "device.id=²",
        "device.phy-memory=16GiB",
        "server.has-rdma=perhaps",
    ],
)
def test_value_that_makes_no_sense_is_named(item):
    with pytest.raises(ConfigError) as caught:
        Filters.parse([item])
    assert repr(item) in str(caught.value) and caught.value.exit_code == 2
