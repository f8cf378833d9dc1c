"""The shim's C code as a Python module, through which tests call the encoder and decoder.

Made of libbfshim.so's own object files: what is tested is what is shipped. cffi writes the module, and the compiler
verifies its declarations against the C headers. It is no part of an installation: whoever tests makes it, into
build/tests, when it is missing or older than what it is made of.
"""

from __future__ import annotations

import fcntl
import importlib.machinery
import importlib.util
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from types import ModuleType

import native_build

ROOT = native_build.ROOT
NAME = "_bfshim"
TYPES = ROOT / "src" / "bitfusion" / "api" / "types.cdef"

# The internal functions that tests call, as the headers of shim/ declare them.
INTERNAL = """
struct bf_writer { uint8_t *at, *end; bool full; };
struct bf_reader { const uint8_t *at, *end; bool bad; };
struct bf_span { const uint8_t *data; size_t bytes; };
void bf_msgpack_put_uint(struct bf_writer *writer, uint64_t value);
void bf_msgpack_put_int(struct bf_writer *writer, int64_t value);
void bf_msgpack_put_float(struct bf_writer *writer, float value);
void bf_msgpack_put_bin(struct bf_writer *writer, const void *data, size_t bytes);
void bf_msgpack_put_str(struct bf_writer *writer, const void *data, size_t bytes);
void bf_msgpack_put_array(struct bf_writer *writer, uint32_t count);
void bf_msgpack_put_map(struct bf_writer *writer, uint32_t count);
uint64_t bf_msgpack_get_uint(struct bf_reader *reader);
int64_t bf_msgpack_get_int(struct bf_reader *reader, int64_t low, int64_t high);
float bf_msgpack_get_float(struct bf_reader *reader);
struct bf_span bf_msgpack_get_span(struct bf_reader *reader);
uint32_t bf_msgpack_get_array(struct bf_reader *reader);
uint32_t bf_msgpack_get_map(struct bf_reader *reader);
bool bf_msgpack_get_nil(struct bf_reader *reader);
void bf_msgpack_skip(struct bf_reader *reader);

struct bf_frame { uint32_t body_bytes; uint16_t kind; uint64_t bulk_bytes; };
void bf_encode_frame(uint8_t *out, const struct bf_frame *frame);
bool bf_decode_frame(const uint8_t *in, struct bf_frame *frame);
struct bf_value { union { uint64_t u; int64_t s; float f; const void *p; }; size_t bytes; };
struct bf_call {
    const char *name, *args, *reply;
    uint16_t id;
    uint8_t arg_count, reply_count;
    uint8_t how, bulk;
    bool carries;
};
extern const struct bf_call bf_calls[];
#define BF_CALL_COUNT ...
void bf_encode_call(struct bf_writer *writer, const struct bf_call *call, const struct bf_value *args);
struct bf_reply_head { uint64_t number; uint32_t result, value_count; };
void bf_decode_reply_head(struct bf_reader *reader, struct bf_reply_head *head);
void bf_decode_reply_values(struct bf_reader *reader, const struct bf_call *call, const struct bf_reply_head *head,
                            struct bf_value *values);
void bf_decode_data(struct bf_reader *reader, uint64_t *number, uint64_t *offset);
struct bf_hello { const void *token; size_t token_bytes; const char *host, *program, *user_name; uint32_t pid, user; const char *use, *lease; uint64_t addresses_begin, addresses_end; const char *auth_id; const uint8_t *auth_nonce; uint32_t resume_s; bool resumes; uint64_t taken; };
void bf_encode_hello(struct bf_writer *writer, const struct bf_hello *hello);
void bf_introduction_text(char *out, const char *text);
#define BF_INTRODUCTION_BYTES ...
struct bf_answer {
    uint32_t version, port, images;
    uint64_t resume; bool resumes;
    struct bf_span token, snapshot;
    uint32_t code;
    struct bf_span reason, hint;
    struct bf_span release, calls;
};
void bf_decode_answer(struct bf_reader *reader, struct bf_answer *answer);

struct bf_address { char host[256]; unsigned port; bool tls, pinned; uint8_t pin[32]; char lease[37]; uint64_t part_begin, part_end; };
struct bf_addresses { struct bf_address each[64]; size_t count; char source[512]; char problem[768]; };
void bf_servers_parse_list(const char *text, struct bf_addresses *out);
void bf_servers_parse_file(const char *text, struct bf_addresses *out);
void bf_servers_find(struct bf_addresses *out);
size_t bf_visible_select(const char *text, const uint8_t (*uuids)[16], size_t count, unsigned *out);

struct bf_device_facts {
    char name[256];
    char pci_bus_id[32];
    uint8_t uuid[16];
    uint64_t total_memory;
    int attributes[256];
    uint8_t has_attribute[256];
    uint8_t peers[64];
    int priority_least, priority_greatest;
    unsigned primary_flags;
    int primary_active;
};
struct bf_snapshot { int driver_version; unsigned count; struct bf_device_facts *devices; };
bool bf_snapshot_decode(struct bf_span bytes, struct bf_snapshot *out);
void bf_snapshot_free(struct bf_snapshot *snapshot);

struct bf_bus_id { unsigned domain, bus, device, function; };
bool bf_identity_parse_bus_id(const char *text, struct bf_bus_id *out);
void bf_identity_make_unique(struct bf_snapshot *const *servers, unsigned count);

struct bf_rows { uint8_t *base; size_t pitch, width, height, slice_rows, slice; };
uint8_t *bf_rows_piece(const struct bf_rows *rows, size_t offset, size_t most, size_t *bytes);
void bf_rows_pack(const struct bf_rows *rows, size_t offset, void *out, size_t bytes);
void bf_rows_unpack(const struct bf_rows *rows, size_t offset, const void *data, size_t bytes);

struct iovec { void *iov_base; size_t iov_len; ...; };
struct bf_sent { uint64_t begin, end; bool lent; ...; };
bool bf_sent_open(struct bf_sent *kept);
void bf_sent_close(struct bf_sent *kept);
uint8_t *bf_sent_room(struct bf_sent *kept, uint64_t taken, uint64_t pushed, size_t *room);
void bf_sent_add(struct bf_sent *kept, size_t bytes);
bool bf_sent_lend(struct bf_sent *kept, uint64_t taken, uint64_t pushed, const uint8_t *data);
size_t bf_sent_settle(struct bf_sent *kept, uint64_t taken);
int bf_sent_parts(const struct bf_sent *kept, uint64_t at, struct iovec *parts, int most);

void bf_digest_of(const void *data, size_t bytes, uint8_t *out);
void bf_digest_plain(const void *data, size_t bytes, uint8_t *out);
void bf_proof_hmac(const uint8_t *key, const void *message, size_t bytes, uint8_t *out);
size_t bf_proof_opening(const uint8_t *first, const uint8_t *nonce, const uint8_t *binding, size_t binding_bytes, uint8_t *out);
void bf_proof_of_client(const uint8_t *secret, const void *message, size_t bytes, uint8_t *out);
bool bf_proof_is_of_server(const uint8_t *secret, const void *message, size_t bytes, const uint8_t *proof);
struct bf_token { char id[11]; uint8_t secret[32]; };
bool bf_token_parse(const char *text, size_t bytes, struct bf_token *out);

struct bf_server;
struct bf_code;
struct bf_code *bf_code_new(const char *name, const void *description, size_t bytes, unsigned servers);
struct bf_function { struct bf_code *code; ...; };
struct bf_object {
    uint32_t kind, generation;
    uint64_t number;
    struct bf_server *server;
    struct bf_object *owner;
    struct bf_function function;
    ...;
};
bool bf_objects_open(void);
struct bf_object *bf_objects_new(const struct bf_object *like);
void bf_objects_free(struct bf_object *object, void *drop);
void bf_objects_free_children(struct bf_object *object, void *drop);
size_t bf_objects_live(void);
struct bf_object *bf_objects_find(const void *handle, int kind);

struct bf_packed { uint8_t *data; size_t bytes; ...; };
int bf_structures_pack(struct bf_packed *packed, int which, const void *from, size_t count,
                       const struct bf_object *context);
void bf_structures_end(struct bf_packed *packed);
struct bf_unpacked;
int bf_unpacked_read(struct bf_unpacked **kept, int which, const struct bf_value *packed, struct bf_server *server,
                     void *out);

struct bf_range {
    uint64_t base, bytes, id;
    struct bf_object *context, *pool, *module;
    bool of_graph;
    unsigned flags;
    struct bf_object *physical;
    uint64_t readers, writers;
    ...;
};
struct bf_map { size_t block_count; ...; };
void bf_map_open(struct bf_map *map);
void bf_map_close(struct bf_map *map);
bool bf_map_add(struct bf_map *map, const struct bf_range *range);
bool bf_map_find(struct bf_map *map, uint64_t address, struct bf_range *out);
bool bf_map_touches(struct bf_map *map, uint64_t address, uint64_t bytes);
bool bf_map_holds(struct bf_map *map, uint64_t address, uint64_t bytes);
bool bf_map_covers(struct bf_map *map, uint64_t address, uint64_t bytes);
bool bf_map_remove(struct bf_map *map, uint64_t address, struct bf_range *out);
bool bf_map_take_of(struct bf_map *map, const struct bf_object *context, struct bf_range *out);
void bf_map_remove_of(struct bf_map *map, const struct bf_object *owner);

enum { BF_REPLY_VALUES_MAX, ... };
struct bf_ask { uint64_t number; struct bf_value values[...]; int result; bool done; ...; };
struct bf_stream {
    int lost;
    uint64_t numbered, told_ns;
    unsigned awaited, prompt;
    bool drowsy, spared;
    void (*on_fault)(struct bf_stream *stream, uint64_t context, int result, bool lost);
    ...;
};
void bf_wait_drain(struct bf_stream *stream);
struct bf_progress { uint32_t token; ...; };
struct bf_progress *bf_progress_new(struct bf_stream *connection, uint64_t context, uint64_t stream,
                                    struct bf_progress *above, bool blocking);
void bf_wait_passed(struct bf_stream *stream, struct bf_progress *progress, uint64_t passed);
bool bf_habit_told(struct bf_stream *stream, bool first);
void bf_habit_asked(struct bf_stream *stream);
bool bf_habit_is_prompt(const struct bf_stream *stream);
struct bf_link { int fd; struct bf_tls *tls; };
struct bf_tls_peer { const char *host; const uint8_t *pin; ...; };
struct bf_tls *bf_tls_open(int fd, const struct bf_tls_peer *peer, int wait_ms, char *problem, size_t room);
const uint8_t *bf_transport_fingerprint(const struct bf_link *link);
void bf_transport_close(struct bf_link *link);
struct bf_way { unsigned port; size_t token_bytes; uint8_t token[64]; unsigned resume_s; ...; };
int bf_stream_open(struct bf_stream *stream, struct bf_link link, const struct bf_way *way, const char *name,
                   unsigned silence_ms);
void bf_stream_say_goodbye(struct bf_stream *stream);
void bf_stream_close(struct bf_stream *stream);
int bf_stream_tell(struct bf_stream *stream, uint64_t context, const struct bf_call *call, const struct bf_value *args,
                   const struct bf_rows *bulk);
int bf_stream_ask(struct bf_stream *stream, uint64_t context, const struct bf_call *call, const struct bf_value *args,
                  const struct bf_rows *bulk, const struct bf_rows *into, struct bf_ask *ask);
void bf_stream_ask_end(struct bf_ask *ask);

struct bf_server { unsigned index; ...; };
struct bf_device { struct bf_server *server; int local, ordinal; ...; };
struct bf_client { int state; unsigned server_count, device_count; struct bf_device *devices; ...; };
extern struct bf_client bf_client;
enum { BF_CLIENT_READY, ... };

struct bf_connection { struct bf_link link; struct bf_snapshot snapshot; uint32_t images; int code; bool given_up; char problem[768]; ...; };
void bf_connect(const struct bf_address *address, const char *use, int connect_ms, int hello_ms, struct bf_connection *out);
struct sockaddr;
struct addrinfo { int ai_family; unsigned ai_addrlen; struct sockaddr *ai_addr; struct addrinfo *ai_next; ...; };
int bf_reach_any(const struct addrinfo *addresses, uint64_t deadline_ns);
uint64_t bf_transport_now_ns(void);
"""

HEADERS = (
    *("netdb.h", "stdbool.h", "libcuda/generated/cuda_types.h"),
    *(f"shim/state/{name}.h" for name in ("client", "code", "structures", "unpacked", "visible")),
    *(
        f"shim/wire/{name}.h"
        for name in (
            *("connect", "decode", "digest", "habit", "identity", "introduction", "proof", "reach", "sent", "token"),
            *("tls", "transport", "wait"),
        )
    ),
)
# Its calls of cu* must stay inside it, also where another libcuda is loaded.
FLAGS = [*"-std=c11 -D_GNU_SOURCE -O1 -fPIC -fvisibility=hidden -pthread -shared -Wl,-Bsymbolic -I".split(), str(ROOT)]


class NoHeaders(Exception):
    """Python's own C headers are not on this machine."""


def load() -> ModuleType:
    """The module, made if that is necessary. Raises NoHeaders, CalledProcessError with the compiler's message shown."""
    path = make()
    loader = importlib.machinery.ExtensionFileLoader(NAME, str(path))
    spec = importlib.util.spec_from_file_location(NAME, path, loader=loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def make() -> Path:
    """The module's file, of this Python. Processes that need it at the same time wait for the first."""
    headers = Path(sysconfig.get_paths()["include"])
    if not (headers / "Python.h").is_file():
        raise NoHeaders(f"no Python.h in {headers}")
    objects = native_build.objects_of(native_build.SHIM)
    if not all(path.is_file() for path in objects):
        native_build.build(native_build.SHIM)
    folder = ROOT / "build" / "tests" / sys.implementation.cache_tag
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{NAME}.so"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if native_build.newer(target, [*objects, TYPES, Path(__file__)]):
            _compile(folder / f"{NAME}.c", objects, headers, target)
        # The shim looks for it beside itself.
        beside = folder / "libbftls.so"
        if not beside.is_symlink():
            beside.symlink_to(native_build.directory() / native_build.SHIM_TLS.name)
    return target


def _compile(source: Path, objects: list[Path], headers: Path, target: Path) -> None:
    from cffi import FFI

    builder = FFI()
    builder.cdef(TYPES.read_text() + INTERNAL)
    builder.set_source(NAME, "".join(f'#include "{name}"\n' for name in HEADERS))
    builder.emit_c_code(str(source))
    fresh = target.with_suffix(".new")
    files = [str(source), *map(str, objects), "-o", str(fresh)]
    subprocess.run(
        [*native_build.compiler(), *FLAGS, f"-I{headers}", *files, *native_build.WRAPS, *native_build.OLD_GLIBC],
        check=True,
    )
    os.replace(fresh, target)
