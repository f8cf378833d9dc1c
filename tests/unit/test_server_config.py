"""Settings of a Dispatcher: what is accepted, and that every mistake is named, all at once."""

from __future__ import annotations

import pytest

from bitfusion.cli.commands.server import command
from bitfusion.config.addresses import Address
from bitfusion.config.server import PortRange, ServerConfig, load_server, resolve_devices, resolve_limits
from bitfusion.errors import ConfigError
from bitfusion.server.__main__ import parser


def test_nothing_set_is_the_defaults():
    assert load_server({}) == ServerConfig()
    assert (ServerConfig().port, ServerConfig().host, ServerConfig().data_ports) == (
        55001,
        "0.0.0.0",
        PortRange(45201, 46225),
    )


def test_everything_set():
    config = load_server(
        {
            "BF_VISIBLE_DEVICES": " 2,0 ",
            "BF_GPU_DEVICE_MEMORY_LIMIT": "6291456000",
            "BF_SERVER_PORT_MIN": "50000",
            "BF_SERVER_PORT_MAX": "50001",
            "BF_METRICS_PORT": "9100",
        },
        host="::1",
        port="55010",
        softgpu="4",
        grace_s="2.5",
    )
    metrics = Address("127.0.0.1", 9100)
    expected = ServerConfig("::1", 55010, PortRange(50000, 50001), (2, 0), (6291456000,), 4, 2.5, metrics=metrics)
    assert config == expected


@pytest.mark.parametrize(
    ("text", "address"),
    [("9100", ("127.0.0.1", 9100)), ("0.0.0.0:9100", ("0.0.0.0", 9100)), ("[::1]:9100", ("::1", 9100))],
)
def test_metrics_are_on_this_machine_alone_unless_an_address_is_named_and_the_option_wins(text, address):
    config = load_server({"BF_METRICS_PORT": "1"}, metrics_port=text)
    assert config.metrics == Address(*address)


@pytest.mark.parametrize(
    ("environ", "flags", "named"),
    [
        ({"BF_VISIBLE_DEVICES": ""}, {}, ["BF_VISIBLE_DEVICES", "''"]),
        ({"BF_METRICS_PORT": ""}, {}, ["BF_METRICS_PORT=''"]),
        ({"BF_METRICS_PORT": "9100"}, {"metrics_port": "localhost"}, ["--metrics_port localhost", "ADDRESS:PORT"]),
        ({}, {"metrics_port": "70000"}, ["--metrics_port 70000"]),
        ({"BF_VISIBLE_DEVICES": "0,x"}, {}, ["'x'"]),
        ({"BF_VISIBLE_DEVICES": "1,1"}, {}, ["device 1 is repeated"]),
        ({"BF_VISIBLE_DEVICES": "-1"}, {}, ["'-1'"]),
        ({"BF_VISIBLE_DEVICES": "٣"}, {}, ["'٣'"]),
        ({"BF_GPU_DEVICE_MEMORY_LIMIT": "0"}, {}, ["BF_GPU_DEVICE_MEMORY_LIMIT=0"]),
        ({"BF_GPU_DEVICE_MEMORY_LIMIT": "6GB"}, {}, ["6GB"]),
        ({"BF_GPU_DEVICE_MEMORY_LIMIT": "5,"}, {}, ["BF_GPU_DEVICE_MEMORY_LIMIT=5,", "''"]),
        ({"BF_GPU_DEVICE_MEMORY_LIMIT": "5,x,0"}, {}, ["'x'", "'0'"]),
        (
            {"BF_SERVER_PORT_MIN": "0", "BF_SERVER_PORT_MAX": "65536"},
            {},
            ["BF_SERVER_PORT_MIN=0", "BF_SERVER_PORT_MAX=65536"],
        ),
        ({"BF_SERVER_PORT_MIN": "50001", "BF_SERVER_PORT_MAX": "50000"}, {}, ["50001", "50000"]),
        ({"BF_SERVER_PORT_MIN": "50001"}, {}, ["50001", "46225"]),
        ({}, {"port": "0"}, ["--port 0"]),
        ({}, {"port": "http"}, ["--port http"]),
        ({}, {"softgpu": "-1"}, ["--softgpu -1"]),
        ({}, {"softgpu": "65"}, ["--softgpu 65"]),
        ({}, {"softgpu": "0"}, ["--softgpu 0", "1 to 64"]),
        ({}, {"softgpu": ""}, ["--softgpu ''"]),
        ({}, {"port": "0", "port_name": "-p"}, ["-p 0"]),
        ({}, {"grace_s": "soon"}, ["--grace soon"]),
        ({}, {"grace_s": "-1"}, ["--grace -1"]),
        ({}, {"grace_s": "nan"}, ["--grace nan"]),
    ],
)
def test_mistake_is_named(environ, flags, named):
    with pytest.raises(ConfigError) as caught:
        load_server(environ, **flags)
    assert all(word in str(caught.value) for word in named)


def test_all_mistakes_come_at_once():
    with pytest.raises(ConfigError) as caught:
        load_server({"BF_VISIBLE_DEVICES": "x", "BF_GPU_DEVICE_MEMORY_LIMIT": "y", "BF_SERVER_PORT_MIN": "z"}, port="q")
    assert len(str(caught.value).split("; ")) >= 4 and caught.value.exit_code == 2


@pytest.mark.parametrize(("name", "other"), [("BF_SERVER_PORT_MIN", 46225), ("BF_SERVER_PORT_MAX", 45201)])
def test_one_end_of_the_port_range_takes_the_default_of_the_other_and_says_so(name, other):
    config = load_server({name: "46000"})
    assert other in (config.data_ports.first, config.data_ports.last)
    assert len(config.notes) == 1 and str(other) in config.notes[0] and name not in config.notes[0]


@pytest.mark.parametrize(
    ("limit", "meant"),
    [("6000", "6291456000"), ("1048575", "1099510579200"), ("2147483648,6000", "2147483648,6291456000")],
)
def test_a_limit_below_a_mib_is_noted_with_what_may_be_meant(limit, meant):
    (note,) = load_server({"BF_GPU_DEVICE_MEMORY_LIMIT": limit}).notes
    assert f"BF_GPU_DEVICE_MEMORY_LIMIT={limit} is in bytes" in note
    assert note.endswith(f"set BF_GPU_DEVICE_MEMORY_LIMIT={meant}")


@pytest.mark.parametrize("limit", ["1048576", "6291456000,1048576"])
def test_a_limit_of_a_mib_is_nothing_to_note(limit):
    assert load_server({"BF_GPU_DEVICE_MEMORY_LIMIT": limit}).notes == ()


def test_devices_keep_their_order():
    assert resolve_devices(ServerConfig(visible_devices=(2, 0)), 3) == (2, 0)
    assert resolve_devices(ServerConfig(), 3) == (0, 1, 2)


def test_devices_that_are_not_there_are_named_with_the_valid_ones():
    with pytest.raises(ConfigError) as caught:
        resolve_devices(ServerConfig(visible_devices=(4, 0, 7)), 2)
    message = str(caught.value)
    assert "4, 7" in message and "valid IDs: 0, 1" in message


def test_limits_are_none_one_for_all_or_one_for_each():
    assert resolve_limits(ServerConfig(), 3) == (None, None, None)
    assert resolve_limits(ServerConfig(memory_limits=(5,)), 3) == (5, 5, 5)
    assert resolve_limits(load_server({"BF_GPU_DEVICE_MEMORY_LIMIT": "7, 8"}), 2) == (7, 8)


@pytest.mark.parametrize("count", [1, 3])
def test_limits_for_another_number_of_devices_are_refused(count):
    with pytest.raises(ConfigError) as caught:
        resolve_limits(ServerConfig(memory_limits=(7, 8)), count)
    assert f"2 limits for {count} device{'s' if count > 1 else ''};" in str(caught.value)


def test_the_module_has_every_option_of_the_command():
    own = {action.dest for action in parser()._actions}
    assert {option.name for option in command.params} - own == set()
