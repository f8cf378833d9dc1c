"""Every limit of the system: value, unit, reason. C's copy is generated from this file."""

FRAME_HEADER_BYTES = 16
FRAME_BODY_BYTES_MAX = 16 << 20  # larger than any batch of calls; bulk data does not count
FRAME_BULK_BYTES_MAX = 1 << 40  # larger than the memory of any GPU
NAME_BYTES_MAX = 64 << 10  # mangled C++ names reach kilobytes
LISTED_AT_LOAD_MAX = (
    32  # functions that are described with the load of their module: a round trip less; of more, few are used
)
LISTED_IMAGE_BYTES_MAX = 1 << 20  # of a larger image functions are described when they are asked for
LISTING_BYTES = 4 << 20  # of one reply that lists functions; it ends with the first that goes beyond
PARAM_BYTES_MAX = 64 << 10  # CUDA allows 32,764 bytes of kernel parameters
LAUNCH_ATTRIBUTES_MAX = 16
STREAM_BATCH_MAX = 255  # operations on memory: as many as CUDA takes
PACKED_ROWS_MAX = 256  # of a list in an argument: block sizes, accesses of a pool
IMAGE_BYTES_MAX = 2 << 30  # the largest vendor library is below
IMAGE_READ_BYTES_MAX = 16 << 20  # of an image that is read for the memory it needs: some tens of milliseconds
READ_PIECE_BYTES_MAX = 64 << 20  # the same of one piece of code in it, unpacked
VARIABLES_MAX = 100_000  # that PTX declares: a tenth of a second of reading
FATBIN_PARTS_MAX = 1 << 16  # fatbins of an image, and codes of a fatbin: a program has hundreds at most
CODE_RECORDS_MAX = 1_000_000  # about kernels and their parameters, of a fatbin; the largest of cuBLAS has 110,000
UNPACKED_BYTES_MAX = 256 << 20  # of one piece of code in an image; the largest of cuBLAS has 60 MB
IMAGE_UNPACKED_BYTES_MAX = 2 << 30  # of all pieces of a fatbin together; those of the largest of cuBLAS have 190 MB
IMAGE_KEPT_BYTES_MIN = 64 << 10  # takes half a millisecond at 1 Gbit/s, and so does the question whether it is there
IMAGE_STORE_BYTES = 4 << 30  # of a server, unless it is told otherwise: the code of PyTorch and its libraries, twice
IMAGE_STORE_SPARE_BYTES = 1 << 30  # that stay free on the disk
IMAGE_PART_AGE_S = 600  # since its last byte came, before what is left of an image is believed to be nobody's
OBJECT_NUMBER_FIRST = 16  # 0, 1 and 2 mean NULL, the legacy and the per-thread stream
OBJECT_NUMBER_OWN_FIRST = 1 << 48  # of those that the server numbers: what the driver made
OBJECTS_MAX = 1_000_000  # of one session: memory of the server
CALLS_BUFFER_BYTES = 256 << 10  # unsent calls in the client; sent when full, asked for or old
CALLS_FLUSH_BYTES = 32 << 10  # unsent calls that are worth a system call of their own
BULK_INLINE_BYTES = 8 << 10  # bulk data that is cheaper to copy behind its call than to send by itself
BULK_STAGING_BYTES = 256 << 10  # of the client, for rows that are packed before they are sent
TLS_KEY_RECORDS_MAX = 1 << 23  # then the client asks for new keys: RFC 8446 allows AES-GCM three times as many
TLS_CA_BYTES_MAX = 1 << 20  # of a file of CAs: those of all browsers have a fifth
REPLY_AHEAD_BYTES = 16 << 10  # what the client reads ahead: replies, not bulk data
FLUSH_LOOK_US = 100  # the client's flusher looks this often; a call that nothing follows leaves at the second look
FLUSH_LOOKS_MAX = 5  # in continuous traffic calls gather this long, because large frames cost the server less
FLUSH_LOOKS_IDLE = 50  # without any call the flusher sleeps until there is one; at once while a thread waits
FLUSH_PROMPT_ASKS = 8  # that followed a call at once, and the flusher is no more woken for such a call
FLUSH_SPARED_MS = 5  # then it looks this often, for a call that no request follows after all
DROWSY_S = 4.0  # then it looks what the server has told meanwhile: heartbeats, if nothing else
NOTICE_BYTES_MAX = 8 << 10  # body of one NOTICE: fits whole into what the client reads ahead
STREAM_CALLS_MAX = (
    768  # put into a stream and not known to be done: fewer than the driver's queue takes before it blocks
)
STREAM_WATCH_CALLS = 128  # of a busy stream, after which the server is asked to tell how far it is
LOOK_S = 0.02  # what a query waits for the server's word about work that it sees for the first time
LOOK_SURE_S = 5.0  # the same of work that may have to be complete, since something that came after it is
LOOK_SPIN_US = 200  # of a program that only looks, after which it gives the processor away once
MANAGED_BLOCKS_MAX = (
    4096  # of an area of managed memory: borders between them are mappings, of which a process has 65530
)
MANAGED_WHOLE_BYTES = 64 << 10  # of an area that moves as a whole: takes less time than a round trip
MANAGED_READ_AHEAD_BYTES = 2 << 20  # at most, of a program that reads managed memory straight on
MANAGED_WRITE_AHEAD_BYTES = 256 << 10  # the same of one that writes: what it does not write is sent all the same
LOOK_GAP_US = 20  # between two looks in which it has done something else
REPLY_SPIN_US = 50  # a near server answers sooner; longer waits sleep
SERVERS_MAX = 64  # of one client
# Of the addresses of a process on x86-64 those that neither programs nor their libraries are put at, also with
# AddressSanitizer: a client of several servers divides them among these (64: 768 GiB each).
APART_BEGIN, APART_END = 0x2000_0000_0000, 0x5000_0000_0000
# More of these: a client's page-locked memory, whose addresses a server is to have free, too.
PINNED_BEGIN, PINNED_END = 0x5000_0000_0000, 0x5400_0000_0000
DEVICES_MAX = 64  # of one server
ATTRIBUTES_MAX = 256  # of a device
SERVER_LIST_BYTES_MAX = 64 << 10  # of an adaptor.conf
COPY_CHUNK_BYTES = 512 << 10  # bulk data is staged in pieces that stay in a core's cache
COPY_WIDE_BYTES = (
    2 << 20
)  # pieces of a large copy to the host: each costs two switches between threads and a system call

PROTOCOL_VERSIONS = (1,)

DISPATCHER_PORT = 55001
DATA_PORT_MIN = 45201
DATA_PORT_MAX = 46225

CONNECT_TIMEOUT_S = 5.0  # a host that does not answer
CONNECT_NEXT_S = 0.25  # before a further address of a name is tried beside one that has not answered (RFC 8305)
HELLO_TIMEOUT_S = 5.0  # a peer that connects and says nothing
CLIENT_COMES_S = 4.0  # to its CUDA Server: one that is killed before has given that back within 5 s
HEARTBEAT_INTERVAL_S = 2.0
UNACKNOWLEDGED_MAX_S = 4.0  # of bytes sent, before the client believes that the host is gone
SILENCE_MAX_S = 8.0  # of a server that owes a reply; the client promises 806 within 10 s
RESUME_S = 30  # so long a broken connection of a session is tried to be resumed, unless somebody says otherwise
RESUME_S_MAX = 3600  # longer than anybody wants to wait for the GPUs of a client whose host is gone
RESUME_CLOSED_S = 2.0  # of a connection that was closed without a word: a client that lives comes back at once
RESUME_REFUSED_S = 2.0  # of a server where nobody listens any more
RESUME_AGAIN_S = 0.05  # between attempts to resume, as long as a server waits for a connection that was closed
RESUME_AGAIN_LATE_S = 0.5  # and later
RESUME_TELL_S = 3.0  # after which the user is told why the program stands still
RESUME_LOOK_S = 0.5  # of an idle client, whether its connection is still there
ACKNOWLEDGE_BYTES = 1 << 20  # taken, after which the peer is told; so often there is a mark in bulk data, too
MARK_BYTES = 8  # in bulk data: how many bytes its sender has taken
KEPT_BYTES_MAX = 32 << 20  # sent and not acknowledged: more than sockets hold
KEPT_CHUNK_BYTES = 256 << 10  # what is kept grows by
KEEPALIVE_IDLE_S = 2
KEEPALIVE_INTERVAL_S = 1
KEEPALIVE_PROBES = 2
TCP_USER_TIMEOUT_MS = 4000
ASKED_AGAIN_MAX_MS = 2000  # between two questions to a peer that does not read or does not answer
GRACE_S = 30.0  # running clients after SIGTERM of the Dispatcher
CLIENTS_MAX = 256  # of one Dispatcher
EXPORTS_MAX = 8192  # of a session at a time: what other sessions may open; 1 MiB of the shared table if all are there
HOLDERS_WAITING_MAX = 256  # sessions that ask another one for memory at the same time: all of a Dispatcher
HOLDERS_ANSWER_S = 30.0  # of a session that is asked: its thread does nothing else, but may wait for a processor
HOLDERS_RETRY_S = 0.05  # before a session without a free descriptor looks again who asks it
CUDA_SERVER_FILES_MAX = 2 * EXPORTS_MAX + 1024  # open ones: each export may have two
CUDA_SERVER_THREADS_MAX = 32 << 10  # of a server's user, in all: waiting threads of many sessions, and no fork bomb
HOST_MEMORY_MIN = 64 << 20  # of a limit for one of them: less is none to work with
CUDA_SERVER_OOM_SCORE = 500  # of oom_score_adj: where memory is short they go before the Dispatcher
WORKERS_IDLE = 4  # CUDA Servers kept ready: each has some 2 MiB of its own, and shares the rest with the others
REFILL_DELAY_S = (
    0.2  # before a CUDA Server is replaced while another is ready: a start takes a processor from a client that begins
)
HELLO_BYTES_MAX = 16 << 10  # body of the first frame
SOFTGPU_DEVICES_MAX = 64
CALL_ARGUMENTS_MAX = 32  # of one call; the longest has 13
NVML_STRUCT_BYTES_MAX = 64 << 10  # a structure of NVML that tells its own size; the largest have some 40 KiB
NVML_VALUES_BYTES_MAX = 1 << 20  # of one call of NVML, each way: thousands of samples or processes
JIT_LOG_BYTES_MAX = 1 << 20  # of one log in a reply
STAGING_BYTES_MAX = 32 << 20  # pinned memory of one session, each way, while its streams move
STAGING_CHUNK_BYTES = 16 << 20  # what it grows by behind a stream that does not: the driver's queues are short
STAGING_UNREAD_BYTES_MAX = 512 << 20  # of copies to the host: beyond, what has arrived is sent before more is taken
STAGING_GROWN_BYTES_MAX = (
    4 << 30
)  # beyond, a copy behind a stream that does not move holds up the session's other calls
GARBAGE_OBJECTS_MAX = 20_000  # of a server, that only refer to each other: 4 MB, gone in 2 ms
WAITERS_MAX = 1024  # of one session: streams and events that somebody waits for at the same time
WATCHERS_MAX = 256  # of them for what is only watched: one thread looks after the rest
POOL_BLOCK_BYTES = 32 << 20  # by which the driver makes a pool larger
ALLOCATION_GRANULE_BYTES = 512  # CUDA aligns allocations so; the quota counts whole granules
SESSION_END_S = 2.0  # for the calls that are running when the client is gone; cleaned up within 5 s in all
RECEIVE_BYTES = 128 << 10  # a batch of calls in one read; larger would take bulk data in that has to be copied again
TLS_PIECE_BYTES = 128 << 10  # encrypted or decrypted in one go: stays in a core's cache
TLS_AUTHORITY_DAYS = 3650  # of a CA that `init --tls` makes; clients have to be given a new one then
TLS_SERVER_DAYS = 730  # of a server's certificate of it
HTTP_PEERS_MAX = 4096  # connections to an HTTP port
HTTP_BYTES_AHEAD_MAX = 1 << 20  # of one, from the beginning of a request to that of the next
TLS_FILE_BYTES_MAX = 1 << 20  # of a certificate, its chain or a key
TLS_EXPIRY_WARN_DAYS = 30  # before its end, a health check says so
PROBE_TIMEOUT_S = 60.0  # the driver of a machine with many GPUs takes seconds to start
START_FAILURES_MAX = (
    3  # of CUDA Servers in a row, before clients are told: a process may die once, and another start mends it
)
LISTEN_BACKLOG = (
    2 * CLIENTS_MAX
)  # all clients that a Dispatcher may have, and as many that it refuses, at the same moment
PEERS_MAX = 2048  # connections to a port of a server, as far as there are descriptors
PEERS_OF_ADDRESS_MAX = 1024  # from one address, behind which there may be a whole laboratory
PEERS_FEW = 16  # that a port takes however few descriptors there are
DATA_PEERS_MAX = 64  # connections to a data port that have not said HELLO: its client does so at once
HELLOS_BURST = 512  # first frames of one address at once: a laboratory that starts, twice
HELLOS_PER_S = 128.0  # after that: more than a host that runs short programs one after another begins
HELLO_WAIT_MAX_S = 5.0  # of an address that comes more often, before it is turned away
HELLO_ADDRESSES_MAX = 4096  # whose pace is known
UNCLAIMED_OF_ADDRESS_MAX = 64  # CUDA Servers that were given to clients of one address which have not come to them
OPEN_FILES_MAX = 1 << 16  # of a server, if the system allows it
OPEN_FILES_OWN = 64  # of a Dispatcher without clients
OPEN_FILES_OF_CLIENT = 3  # of a Dispatcher for each: two of its CUDA Server, and its own connection
DOOR_TOLD_MAX = 16  # peers without a place at a time that are told so over TLS, which takes a handshake
DOOR_PAUSE_S = 0.1  # before a server without a free descriptor looks again who comes
LOGGED_PERIOD_S = 60.0  # in which of lines that a peer can cause at will
LOGGED_OF_ADDRESS_MAX = 10  # are logged of one address, and then a number of those that were left out
LOGGED_OF_PEERS_MAX = 200  # and of all
SPAWN_TIMEOUT_S = 30.0  # of a CUDA Server, until it listens

SRS_PORT = 56001
SRS_POLL_S = 10.0  # one look of a waiting client at its place in a queue; a changed place is told at once
SRS_RETRY_S = 1.0  # before a scheduler that did not answer is asked again: it may be restarting
SRS_LEAVE_S = 2.0  # to take a ticket back: it also dies by itself, and an application waits to start
SRS_RELEASE_PATIENCE_S = 10.0  # for a scheduler that does not answer while GPUs are given back
LEASE_TTL_S = 30.0  # of `run`, which renews it; so long the GPUs of a killed `run` stay taken
RUN_TTL_MIN_S = 2.0  # of BF_LEASE_TTL: three renewals need some time
RUN_TTL_MAX_S = 3600.0  # longer than anybody wants to wait for the GPUs of a dead client
LEASE_RENEWALS = 3  # within a time to live: two may be lost
POOL_SERVERS_MAX = 256  # of one servers.conf; a client talks to all of them at once
SRS_BODY_BYTES_MAX = 64 << 10  # of a request to the resource scheduler; the largest real one names 64 devices
SRS_ANSWER_TIMEOUT_S = (
    10.0  # of a resource scheduler that took the connection, on top of what the client asked it to wait
)
SRS_LOOK_S = 2.0  # so often a client that waits long for an answer looks whether the scheduler still answers others
SRS_LATE_S = 2.0  # for a further server, when the time of a command is over or another one could do
SRS_LONG_POLL_S_MAX = 20.0  # a poll is a sign of life; proxies and firewalls forget silent connections after a minute
SRS_HEAD_TIMEOUT_S = 5.0  # of an HTTP connection to a server, from its beginning to its first whole head
SRS_READY_FRESH_S = 1.0  # so long it is believed that the state can be written, however often somebody asks
SRS_BODY_TIMEOUT_S = 5.0  # of a request's body, from its head to its end
SRS_DISPATCHERS_MAX = 1000  # of one resource scheduler: ports 55001 to 56000, below its own
DISPATCHER_END_S = 8.0  # of a Dispatcher without grace, before it is killed; its CUDA Servers have 4 of them
GROUP_END_S = 5.0  # of CUDA Servers that are killed: the kernel may still be freeing their memory
GROUP_LOOK_S = 0.05
STORE_RETRY_S = 1.0  # between attempts to keep what has happened anyway
SRS_DISPATCHER_TIMEOUT_S = 60.0  # a client's patience while a Dispatcher starts or ends for it
TICKET_SILENCE_S = (
    10.0  # a client that waits for GPUs polls more often; one that died holds up the others no longer than this
)
TICKETS_MAX = 4096  # that wait at one resource scheduler
TICKETS_OF_ADDRESS_MAX = 1024  # of them from one address
GPUS_ASKED_MAX = 4096  # SERVERS_MAX servers of DEVICES_MAX devices
MEMORY_ASKED_MIB_MAX = 1 << 30  # a petabyte: keeps sums far from any integer's end
LEASE_TTL_MIN_S = 1.0  # shorter than a renewal can be relied upon
LEASE_TTL_MAX_S = 10 * 366 * 86400.0  # for longer there is "no expiry"
LEASE_RESTART_GRACE_S = 60.0  # at least this after a restart, during which nobody could renew
LEASES_GONE_KEPT_S = 86400.0  # so long a release of an ended lease is told that it ended
LEASES_GONE_MAX = 10_000
ORDER_FOREIGN_MAX_US = 1 << 61  # 73,000 years: to there a foreign order moves the own ones, which may go on to 1 << 62
PAST_LEASES_MAX = 100  # whose times a resource scheduler keeps: enough for a median, and the old habits are forgotten
PAST_LEASES_MIN = 3  # before anything is said of the next
ESTIMATED_TICKETS_MAX = 64  # who waits behind so many gets no estimate
ESTIMATE_KEPT_S = 5.0  # for all that ask meanwhile
NAMED_MAX = 8  # of those ahead of a client, and of those who hold what it waits for
QUEUE_SHOWN_MAX = 64  # of those who wait, in an answer; the rest is a number
CLIENT_TEXT_MAX = 256  # characters of a client's host, user or program

QUERY_TIMEOUT_S = 20.0  # for an answer, which may wait for the monitor's start
MONITOR_TIMEOUT_S = 12.0  # of the process that asks NVML: the driver of a machine with many GPUs takes seconds to start
METRICS_DRIVER_WAIT_S = 3.0  # of a scrape for NVML, before it goes without: Prometheus waits for 10 s
METRICS_BODY_BYTES_MAX = 1 << 10  # of a request for metrics, which needs none
MONITOR_FRESH_S = (
    0.5  # a report that is younger is told again: several clients that ask at once cost one look at the GPUs
)
PERF_SILENCE_S = 5.0  # a process that measures the network waits no longer for its client
PERF_LIFE_S = 60.0  # and ends then in any case
PERF_VISITORS_MAX = 8  # who have not shown its token, side by side: beyond, the first one goes
PERF_PROCESSES_MAX = 4  # of one server, at the same time
PERF_PINGS_MAX = 5000  # round trips of one measurement
PERF_BYTES_MAX = 256 << 20  # each way, in one measurement
PERF_TIME_S = 1.0  # of each of its three parts
PERF_STEP_S = 0.05  # bytes are moved in steps of this length, so that a slow network is not measured for a minute
SERVICE_LOOK_S = 2.0  # between two looks at what a service manager is told: people read it
TOKEN_FILE_BYTES_MAX = 4 << 10  # of a user's token, which has 67 characters
TOKENS_FILE_BYTES_MAX = 8 << 20  # of a server's: tens of thousands of tokens
TOKENS_LOOK_S = 1.0  # between two looks of a server whether its tokens have changed: sessions of a revoked one end then
HTTP_NONCE_S = 300.0  # of a resource scheduler: a client that asks all the time takes a new one so often
HTTP_NONCES_USED_MAX = 100_000  # requests in that time, 16 MB
SEAL_S = (
    300.0  # of a place in a pool's line: its clocks may differ so much, and a client may be without servers so long
)
