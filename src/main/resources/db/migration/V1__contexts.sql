-- Hosts, the contexts that are open on them, and everything in a context. One text for H2 and PostgreSQL: VARCHAR
-- without a length and BYTEA have no limit in either that matters here.
--
-- Addresses and offsets are unsigned 64-bit numbers. A column that holds one has its sign bit flipped (value XOR 2^63),
-- so that the order of the column is the unsigned order of the addresses. The view mapping_decimal shows plain numbers:
-- any other such column reads as CAST(column AS NUMERIC(20)) + 9223372036854775808.
--
-- Tables of many rows have no foreign keys: H2 makes an index of its own for each, which doubles what a row costs.

CREATE TABLE host (
    name     VARCHAR(1000) NOT NULL PRIMARY KEY,
    document VARCHAR       NOT NULL,
    hash     VARCHAR(100)  NOT NULL
);
COMMENT ON TABLE host IS 'Machines that contexts can be opened on';
COMMENT ON COLUMN host.document IS 'Topology, canonical JSON';
COMMENT ON COLUMN host.hash IS 'Hash of the document, its ETag';

CREATE TABLE context (
    id       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    revision BIGINT            NOT NULL CHECK (revision > 0),
    host     VARCHAR(1000)     NOT NULL,
    answers  INTEGER DEFAULT 0 NOT NULL CHECK (answers >= 0),
    info     VARCHAR           NOT NULL
);
CREATE INDEX context_by_host ON context (host, id);
ALTER TABLE context ADD CONSTRAINT context_on_host FOREIGN KEY (host) REFERENCES host (name);
COMMENT ON TABLE context IS 'Contexts that are open; a closed one leaves nothing behind';
COMMENT ON COLUMN context.id IS 'From a sequence, never reused';
COMMENT ON COLUMN context.revision IS 'Counts commits; every commit is a compare-and-set of it';
COMMENT ON COLUMN context.answers IS 'Rows of recorded_answer with this scope';
COMMENT ON COLUMN context.info IS 'Context-wide settings, JSON';

CREATE TABLE object (
    context_id       BIGINT      NOT NULL REFERENCES context (id),
    id               INTEGER     NOT NULL,
    type             VARCHAR(20) NOT NULL,
    created_revision BIGINT      NOT NULL,
    body             VARCHAR     NOT NULL,
    PRIMARY KEY (context_id, id)
);
COMMENT ON TABLE object IS 'Objects of a context: IOASes, page tables, devices and so on';
COMMENT ON COLUMN object.id IS 'Reused after the object is destroyed';
COMMENT ON COLUMN object.created_revision IS 'Revision that made it: tells a reused id from the old object';
COMMENT ON COLUMN object.body IS 'The whole object, JSON';

CREATE TABLE mapping (
    context_id  BIGINT      NOT NULL,
    ioas_id     INTEGER     NOT NULL,
    first_iova  BIGINT      NOT NULL,
    last_iova   BIGINT      NOT NULL,
    backing     VARCHAR(10) NOT NULL,
    user_va     BIGINT,
    file_name   VARCHAR(1000),
    file_offset BIGINT,
    access      VARCHAR(10) NOT NULL,
    pages_id    BIGINT      NOT NULL,
    writable    BOOLEAN     NOT NULL,
    charged     BOOLEAN     NOT NULL,
    PRIMARY KEY (context_id, ioas_id, first_iova),
    CHECK (first_iova <= last_iova),
    CHECK ((backing = 'USER' AND user_va IS NOT NULL AND file_name IS NULL AND file_offset IS NULL)
        OR (backing = 'FILE' AND user_va IS NULL AND file_name IS NOT NULL AND file_offset IS NOT NULL))
);
COMMENT ON TABLE mapping IS 'Mappings of an IOAS; they do not overlap';
COMMENT ON COLUMN mapping.first_iova IS 'Sign bit flipped';
COMMENT ON COLUMN mapping.last_iova IS 'Inclusive; sign bit flipped';
COMMENT ON COLUMN mapping.backing IS 'USER: memory of the process at user_va; FILE: file_name from file_offset on';
COMMENT ON COLUMN mapping.user_va IS 'Sign bit flipped';
COMMENT ON COLUMN mapping.file_offset IS 'Bytes; sign bit flipped';
COMMENT ON COLUMN mapping.access IS 'NONE, READ, WRITE or READ_WRITE, by devices';
COMMENT ON COLUMN mapping.pages_id IS 'Which IOMMU_IOAS_MAP the memory is from; copies share it';
COMMENT ON COLUMN mapping.writable IS 'Whether the memory was first mapped writable';
COMMENT ON COLUMN mapping.charged IS 'Whether its pinned pages count against the memlock limit';

CREATE VIEW mapping_decimal AS
SELECT context_id,
       ioas_id,
       CAST(first_iova AS NUMERIC(20)) + 9223372036854775808  AS first_iova,
       CAST(last_iova AS NUMERIC(20)) + 9223372036854775808   AS last_iova,
       backing,
       CAST(user_va AS NUMERIC(20)) + 9223372036854775808     AS user_va,
       file_name,
       CAST(file_offset AS NUMERIC(20)) + 9223372036854775808 AS file_offset,
       access,
       pages_id,
       writable,
       charged
FROM mapping;
COMMENT ON VIEW mapping_decimal IS 'Mappings with addresses as plain unsigned numbers, for people';

CREATE TABLE msi_vector (
    context_id   BIGINT        NOT NULL,
    device_id    INTEGER       NOT NULL,
    vector_index INTEGER       NOT NULL,
    state        VARCHAR(1000) NOT NULL,
    masked       BOOLEAN       NOT NULL,
    PRIMARY KEY (context_id, device_id, vector_index),
    FOREIGN KEY (context_id, device_id) REFERENCES object (context_id, id)
);
COMMENT ON TABLE msi_vector IS 'Interrupt vectors that are STAGED or ACTIVE; an EMPTY one has no row';
COMMENT ON COLUMN msi_vector.vector_index IS 'Entry of the MSI-X table, or number of the MSI message';
COMMENT ON COLUMN msi_vector.state IS 'Messages of the guest, the host and the device, JSON';

CREATE TABLE memory_region (
    context_id BIGINT      NOT NULL REFERENCES context (id),
    first_va   BIGINT      NOT NULL,
    last_va    BIGINT      NOT NULL,
    access     VARCHAR(10) NOT NULL,
    physical   BIGINT      NOT NULL,
    file_name  VARCHAR(1000),
    PRIMARY KEY (context_id, first_va),
    CHECK (first_va <= last_va)
);
COMMENT ON TABLE memory_region IS 'Memory of the virtual machine monitor, as mmap makes it';
COMMENT ON COLUMN memory_region.first_va IS 'User address; sign bit flipped';
COMMENT ON COLUMN memory_region.last_va IS 'Inclusive; sign bit flipped';
COMMENT ON COLUMN memory_region.physical IS 'Where it begins in the RAM of the host; sign bit flipped';
COMMENT ON COLUMN memory_region.file_name IS 'The memory file it shows, null for anonymous memory';

CREATE TABLE memory_file (
    context_id  BIGINT        NOT NULL REFERENCES context (id),
    name        VARCHAR(1000) NOT NULL,
    size_bytes  BIGINT        NOT NULL,
    sealed      BOOLEAN       NOT NULL,
    physical    BIGINT        NOT NULL,
    revoked     BOOLEAN,
    invalidated BIGINT,
    PRIMARY KEY (context_id, name),
    CHECK ((revoked IS NULL) = (invalidated IS NULL))
);
COMMENT ON TABLE memory_file IS 'Memory files (memfd), and dma-bufs of the test driver';
COMMENT ON COLUMN memory_file.revoked IS 'Of a dma-buf: whether nobody may map it now; null for a memory file';
COMMENT ON COLUMN memory_file.invalidated IS 'Of a dma-buf: mappings with a lower pages_id lead nowhere';
COMMENT ON COLUMN memory_file.physical IS 'Where it begins in the RAM of the host; sign bit flipped';

CREATE TABLE kept_pages (
    context_id BIGINT NOT NULL,
    pages_id   BIGINT NOT NULL,
    first_va   BIGINT NOT NULL,
    last_va    BIGINT NOT NULL,
    physical   BIGINT NOT NULL,
    file_name  VARCHAR(1000),
    PRIMARY KEY (context_id, pages_id, first_va),
    CHECK (first_va <= last_va)
);
COMMENT ON TABLE kept_pages IS 'Pinned pages whose user address was unmapped; they go with their last pin';
COMMENT ON COLUMN kept_pages.pages_id IS 'Mappings with this number lead to them';
COMMENT ON COLUMN kept_pages.first_va IS 'User address; sign bit flipped';
COMMENT ON COLUMN kept_pages.last_va IS 'Inclusive; sign bit flipped';
COMMENT ON COLUMN kept_pages.physical IS 'Where they begin in the RAM of the host; sign bit flipped';
COMMENT ON COLUMN kept_pages.file_name IS 'The memory file that they are part of, null when nobody else has them';

CREATE TABLE memory_page (
    context_id BIGINT NOT NULL,
    physical   BIGINT NOT NULL,
    content    BYTEA  NOT NULL CHECK (OCTET_LENGTH(content) = 4096),
    PRIMARY KEY (context_id, physical)
);
COMMENT ON TABLE memory_page IS 'Pages of 4 KiB that were written at least once; any other reads as zeros';
COMMENT ON COLUMN memory_page.physical IS 'Sign bit flipped';

CREATE TABLE queued_event (
    context_id      BIGINT  NOT NULL,
    queue_id        INTEGER NOT NULL,
    sequence_number BIGINT  NOT NULL,
    word0           BIGINT  NOT NULL,
    word1           BIGINT  NOT NULL,
    word2           BIGINT  NOT NULL,
    word3           BIGINT  NOT NULL,
    function_name   VARCHAR(1000),
    PRIMARY KEY (context_id, queue_id, sequence_number)
);
COMMENT ON TABLE queued_event IS 'SMMU event records that wait to be read';
COMMENT ON COLUMN queued_event.queue_id IS 'The vEVENTQ, or 0 for the stage-2 faults of the context';
COMMENT ON COLUMN queued_event.word0 IS 'First of the four qwords of the record, as they are';
COMMENT ON COLUMN queued_event.function_name IS 'Name of the function whose stage-2 fault it is';

CREATE TABLE dirty_page (
    context_id BIGINT  NOT NULL,
    hwpt_id    INTEGER NOT NULL,
    iova       BIGINT  NOT NULL,
    PRIMARY KEY (context_id, hwpt_id, iova)
);
COMMENT ON TABLE dirty_page IS 'Pages that a device wrote, in page tables that track them';
COMMENT ON COLUMN dirty_page.hwpt_id IS 'The page table';
COMMENT ON COLUMN dirty_page.iova IS 'Where the page begins; sign bit flipped';

CREATE TABLE page_fault (
    context_id      BIGINT  NOT NULL,
    queue_id        INTEGER NOT NULL,
    sequence_number BIGINT  NOT NULL,
    device_id       INTEGER NOT NULL,
    attachment      INTEGER NOT NULL,
    pasid           INTEGER,
    grpid           INTEGER NOT NULL,
    perm            INTEGER NOT NULL,
    addr            BIGINT  NOT NULL,
    cookie          INTEGER NOT NULL,
    PRIMARY KEY (context_id, queue_id, sequence_number)
);
COMMENT ON TABLE page_fault IS 'Page requests of devices that were not answered yet';
COMMENT ON COLUMN page_fault.queue_id IS 'The fault queue';
COMMENT ON COLUMN page_fault.attachment IS 'PASID whose page table took the request, 0 for the requester itself';
COMMENT ON COLUMN page_fault.pasid IS 'Null for a request without one';
COMMENT ON COLUMN page_fault.grpid IS 'The number that the device gave it; 32 bits, as they are';
COMMENT ON COLUMN page_fault.perm IS '1 read, 2 write, 4 execute, 8 privileged';
COMMENT ON COLUMN page_fault.addr IS 'Sign bit flipped';
COMMENT ON COLUMN page_fault.cookie IS 'Names it in its answer; 0 before it was read';

CREATE TABLE claim (
    host          VARCHAR(1000) NOT NULL REFERENCES host (name),
    kind          VARCHAR(10)   NOT NULL,
    name          VARCHAR(1100) NOT NULL,
    context_id    BIGINT        NOT NULL,
    first_address BIGINT,
    last_address  BIGINT,
    PRIMARY KEY (host, kind, name),
    CHECK ((kind = 'RAM') = (first_address IS NOT NULL AND last_address IS NOT NULL))
);
CREATE INDEX claim_by_context ON claim (context_id);
CREATE INDEX claim_by_address ON claim (host, first_address);
ALTER TABLE claim ADD CONSTRAINT claim_of_context FOREIGN KEY (context_id) REFERENCES context (id);
COMMENT ON TABLE claim IS 'What of a host one context has to itself; the primary key decides who has it';
COMMENT ON COLUMN claim.kind IS 'GROUP, DEVICE, VMID, ASID or RAM';
COMMENT ON COLUMN claim.name IS 'Number of the group; SMMU/number; first..last of the RAM, which overlaps no other';
COMMENT ON COLUMN claim.first_address IS 'RAM only; sign bit flipped';
COMMENT ON COLUMN claim.last_address IS 'RAM only, inclusive; sign bit flipped';

CREATE TABLE recorded_answer (
    scope      BIGINT                                             NOT NULL,
    name       VARCHAR(1000)                                      NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    request    VARCHAR(1000)                                      NOT NULL,
    summary    VARCHAR(10000)                                     NOT NULL,
    status     INTEGER                                            NOT NULL,
    headers    VARCHAR(10000)                                     NOT NULL,
    body       BYTEA                                              NOT NULL,
    PRIMARY KEY (scope, name)
);
CREATE INDEX recorded_answer_by_age ON recorded_answer (created_at, scope);
COMMENT ON TABLE recorded_answer IS 'What to answer when a request is repeated under its Idempotency-Key';
COMMENT ON COLUMN recorded_answer.scope IS 'The context, or 0 for the service';
COMMENT ON COLUMN recorded_answer.name IS 'The key as the client chose it';
COMMENT ON COLUMN recorded_answer.request IS 'Hash of the request; another one under the key is refused';
COMMENT ON COLUMN recorded_answer.body IS 'As it was sent';

CREATE TABLE change_log (
    context_id BIGINT  NOT NULL,
    revision   BIGINT  NOT NULL,
    changes    VARCHAR NOT NULL,
    PRIMARY KEY (context_id, revision)
);
COMMENT ON TABLE change_log IS 'What each commit changed, for the event stream; recovery never reads it';
COMMENT ON COLUMN change_log.changes IS 'JSON array; of a large commit only how many changes of each kind';
