"""Bus ids and UUIDs of the devices of several servers: each names one device, and those of the first server are its
own.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from native_shim import ffi, lib

DOMAIN = 50  # CU_DEVICE_ATTRIBUTE_PCI_DOMAIN_ID

# Few of each, so that they meet.
place = st.builds("{:04x}:{:02x}:00.0".format, st.integers(0, 2), st.integers(1, 2))
uuid = st.sampled_from([bytes(16), bytes(15) + b"\1", bytes(15) + b"\2", bytes(14) + b"\1\0"])
# No server shows one of its own devices twice.
server = st.lists(st.tuples(place, uuid), max_size=3, unique_by=(lambda device: device[0], lambda device: device[1]))
Server = list[tuple[str, bytes]]


def made_unique(servers: list[Server]) -> list[Server]:
    keep, snapshots = [], []
    for devices in servers:
        facts = ffi.new("struct bf_device_facts[]", max(1, len(devices)))
        for index, (bus_id, name) in enumerate(devices):
            facts[index].pci_bus_id = bus_id.encode()
            facts[index].uuid = name
            facts[index].attributes[DOMAIN] = int(bus_id[:4], 16)
        keep.append(facts)
        snapshots.append(ffi.new("struct bf_snapshot *", {"count": len(devices), "devices": facts}))
    lib.bf_identity_make_unique(ffi.new("struct bf_snapshot *[]", snapshots), len(snapshots))
    found = []
    for devices, facts in zip(servers, keep, strict=True):
        found.append(
            [(ffi.string(facts[index].pci_bus_id).decode(), bytes(facts[index].uuid)) for index in range(len(devices))]
        )
        for index, (bus_id, _) in enumerate(found[-1]):
            assert facts[index].attributes[DOMAIN] == int(bus_id[:4], 16)
    return found


def kept(device: tuple[str, bytes]) -> tuple[str, bytes]:
    return device[0][4:], device[1][:10] + device[1][12:]


@given(st.lists(server, min_size=1, max_size=5))
def test_every_name_is_one_devices_and_nothing_is_changed_without_need(servers):
    found = made_unique(servers)
    assert found == made_unique(servers)
    assert found[0] == servers[0]
    for kind in (0, 1):
        names = [device[kind] for devices in found for device in devices]
        assert len(set(names)) == len(names)
        given_ = [device[kind] for devices in servers for device in devices]
        if len(set(given_)) == len(given_):
            assert names == given_
    # Only the domain changes, and only the two bytes where no driver numbers its devices.
    for before, after in zip(servers, found, strict=True):
        assert [kept(device) for device in before] == [kept(device) for device in after]


def test_a_place_that_occurs_again_gets_the_index_of_its_server_as_its_domain():
    one = [("0000:3b:00.0", bytes(16))]
    found = made_unique([one, one, one])
    assert [devices[0][0] for devices in found] == ["0000:3b:00.0", "0001:3b:00.0", "0002:3b:00.0"]


def test_a_domain_that_is_taken_is_passed_over():
    found = made_unique(
        [[("0000:3b:00.0", bytes(16)), ("0001:3b:00.0", bytes(15) + b"\7")], [("0000:3b:00.0", bytes(15) + b"\3")]]
    )
    assert found[1][0] == ("0002:3b:00.0", bytes(15) + b"\3")


@given(st.text(max_size=20).filter(lambda text: "\0" not in text))
def test_any_text_is_a_place_or_not(text):
    out = ffi.new("struct bf_bus_id *")
    lib.bf_identity_parse_bus_id(text.encode(), out)


def test_places_are_read_in_every_form_that_drivers_write():
    out = ffi.new("struct bf_bus_id *")
    for text, wanted in {
        "0000:3B:00.0": (0, 0x3B, 0, 0),
        "00000001:3b:1f.7": (1, 0x3B, 0x1F, 7),
        "0002:3b:00": (2, 0x3B, 0, 0),
        "3b:00.1": (0, 0x3B, 0, 1),
    }.items():
        assert lib.bf_identity_parse_bus_id(text.encode(), out)
        assert (out.domain, out.bus, out.device, out.function) == wanted
    for text in ("", "3b", "3b:00", "0000:3b:00.0 y", "zz:00.0", "GPU-0"):
        assert not lib.bf_identity_parse_bus_id(text.encode(), out)
