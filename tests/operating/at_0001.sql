-- Data in the first schema (revision 0001), written by the code of that time: pg_dump --inserts of what its API, its
-- polls and its notices had made. The passwords in at_0001.json are those of this database and open nothing else.
CREATE FUNCTION public.changes_commit_in_time() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    allowed float := coalesce(nullif(current_setting('spark.transaction_seconds', true), ''), '60');
BEGIN
    IF clock_timestamp() - NEW.at > make_interval(secs => allowed) THEN
        RAISE EXCEPTION 'a change must be committed within % seconds of its time', allowed
            USING ERRCODE = 'query_canceled';
    END IF;
    RETURN NULL;
END $$;
CREATE TABLE public.accounts (
    account_id uuid NOT NULL,
    name text NOT NULL,
    active boolean NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.api_keys (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    public_id text NOT NULL,
    digest bytea NOT NULL,
    name text NOT NULL,
    active boolean NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.cancellations (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    order_line_id uuid NOT NULL,
    vendor_order_line_id uuid,
    quantity integer NOT NULL,
    who text NOT NULL,
    reason text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_cancellations_quantity_positive CHECK ((quantity > 0))
);
CREATE TABLE public.changes (
    account_id uuid NOT NULL,
    id bigint NOT NULL,
    vendor_id uuid NOT NULL,
    vendor_order_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    previous_at timestamp with time zone,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    who text NOT NULL,
    what text NOT NULL
);
ALTER TABLE public.changes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.changes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.connection_passwords (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    vendor_id uuid NOT NULL,
    digest bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone
);
CREATE TABLE public.connections (
    account_id uuid NOT NULL,
    vendor_id uuid NOT NULL,
    public_id text NOT NULL,
    username text NOT NULL,
    time_zone text NOT NULL,
    status_unpaid text NOT NULL,
    status_paid text NOT NULL,
    status_shipped text NOT NULL,
    status_cancelled text NOT NULL,
    status_on_hold text NOT NULL,
    page_size integer NOT NULL,
    overlap_seconds integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.events (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    who text NOT NULL,
    what text NOT NULL,
    facts jsonb,
    request_id text NOT NULL
);
CREATE TABLE public.exchanges (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    vendor_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    request_id text NOT NULL,
    action text NOT NULL,
    window_start timestamp with time zone,
    window_end timestamp with time zone,
    page integer,
    pages integer,
    served uuid[] NOT NULL,
    notice_id uuid,
    status integer NOT NULL,
    duration_ms integer NOT NULL,
    complaint text NOT NULL
);
CREATE TABLE public.notices (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    vendor_id uuid NOT NULL,
    received_at timestamp with time zone NOT NULL,
    request_id text NOT NULL,
    query jsonb NOT NULL,
    content_type text NOT NULL,
    body bytea NOT NULL,
    digest bytea NOT NULL,
    state text NOT NULL,
    answer integer,
    reason text NOT NULL,
    vendor_order_id uuid,
    settled_at timestamp with time zone
);
CREATE TABLE public.order_lines (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    "position" integer NOT NULL,
    external_id text NOT NULL,
    sku text NOT NULL,
    name text NOT NULL,
    quantity integer NOT NULL,
    unit_price numeric(16,4) NOT NULL,
    weight numeric(16,4),
    weight_unit text NOT NULL,
    image_url text NOT NULL,
    upc text NOT NULL,
    options jsonb NOT NULL,
    location text NOT NULL,
    named_vendor text NOT NULL,
    vendor_id uuid,
    reason text NOT NULL,
    CONSTRAINT ck_order_lines_quantity_not_negative CHECK ((quantity >= 0))
);
CREATE TABLE public.orders (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    store_id uuid NOT NULL,
    external_id text NOT NULL,
    number text NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    payment_status text NOT NULL,
    payment_method text NOT NULL,
    shipping_method text NOT NULL,
    currency text NOT NULL,
    customer jsonb NOT NULL,
    bill_to jsonb NOT NULL,
    ship_to jsonb NOT NULL,
    discounts jsonb NOT NULL,
    shipping_amount numeric(16,4) NOT NULL,
    tax_amount numeric(16,4) NOT NULL,
    total numeric(16,4) NOT NULL,
    gift boolean NOT NULL,
    gift_message text NOT NULL,
    customer_notes text NOT NULL,
    internal_notes text NOT NULL,
    custom_fields text[] NOT NULL,
    source text NOT NULL,
    requested_warehouse text NOT NULL,
    package jsonb,
    held boolean NOT NULL,
    content_digest bytea NOT NULL,
    status text NOT NULL,
    flags text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL
);
CREATE TABLE public.product_vendors (
    account_id uuid NOT NULL,
    product_id uuid NOT NULL,
    vendor_id uuid NOT NULL,
    priority integer NOT NULL,
    vendor_sku text NOT NULL,
    location text NOT NULL
);
CREATE TABLE public.products (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    sku text NOT NULL,
    name text NOT NULL,
    image_url text NOT NULL,
    weight numeric(16,4),
    weight_unit text NOT NULL
);
CREATE TABLE public.readings (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    vendor_id uuid NOT NULL,
    window_start timestamp with time zone NOT NULL,
    window_end timestamp with time zone NOT NULL,
    page_size integer NOT NULL,
    started_at timestamp with time zone NOT NULL,
    snapshot text DEFAULT (pg_current_snapshot())::text NOT NULL,
    bound_times timestamp with time zone[] NOT NULL,
    bound_ids bigint[] NOT NULL
);
CREATE TABLE public.shipment_lines (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    shipment_id uuid NOT NULL,
    "position" integer NOT NULL,
    vendor_order_line_id uuid,
    order_line_id uuid,
    sku text NOT NULL,
    name text NOT NULL,
    quantity integer NOT NULL
);
CREATE TABLE public.shipments (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    vendor_order_id uuid NOT NULL,
    notice_id uuid,
    dedupe_key bytea NOT NULL,
    carrier text NOT NULL,
    carrier_code text NOT NULL,
    service text NOT NULL,
    tracking_number text NOT NULL,
    ship_date date,
    label_created_at timestamp with time zone,
    shipping_cost numeric(16,4),
    currency text NOT NULL,
    notes_to_customer text NOT NULL,
    notify_customer boolean,
    recipient jsonb NOT NULL,
    source text NOT NULL,
    flags text[] NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);
CREATE TABLE public.stores (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    currency text NOT NULL,
    time_zone text NOT NULL
);
CREATE TABLE public.users (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    email text NOT NULL,
    password_hash text NOT NULL,
    role text NOT NULL,
    active boolean NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.vendor_order_lines (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    vendor_order_id uuid NOT NULL,
    order_line_id uuid NOT NULL,
    "position" integer NOT NULL,
    quantity integer NOT NULL,
    last_quantity integer NOT NULL,
    vendor_sku text NOT NULL,
    location text NOT NULL,
    CONSTRAINT ck_vendor_order_lines_quantity_not_negative CHECK ((quantity >= 0))
);
CREATE TABLE public.vendor_orders (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    vendor_id uuid NOT NULL,
    number text NOT NULL,
    discounts jsonb NOT NULL,
    tax_amount numeric(16,4) NOT NULL,
    shipping_amount numeric(16,4) NOT NULL,
    total numeric(16,4) NOT NULL,
    status text NOT NULL,
    flags text[] NOT NULL,
    face_digest bytea NOT NULL,
    changed_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE public.vendors (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    active boolean NOT NULL,
    is_default boolean NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
INSERT INTO public.accounts VALUES
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', 'Spark', true, '2026-11-25 15:58:19.75187+00');
INSERT INTO public.alembic_version VALUES
	('0001');
INSERT INTO public.api_keys VALUES
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-e9c0-7034-b8c1-75fc63f854f3', 'key-4ut5kumnq3en5pfu', '\x53075633aef0d52ef96defe3ef3ca7acd4cc59fb5c02a6029cc63ee48fe732e0', 'first key', true, '2026-11-25 15:58:19.75187+00');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', 1, '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '01a2136d-ef30-730f-9d41-7b05e5597bbb', '2026-11-25 15:58:21.426155+00', NULL, '757', 'key first key', 'order received'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', 2, '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '01a2136d-efb2-74f2-90ae-65ff1321863b', '2026-11-25 15:58:21.595129+00', NULL, '758', 'key first key', 'order received'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', 3, '01a2136d-ee87-75c0-bddc-5a68508a906f', '01a2136d-efb2-74f2-90ae-6600ecf9b818', '2026-11-25 15:58:21.595129+00', NULL, '758', 'key first key', 'order received'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', 4, '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '01a2136d-effc-71ef-966a-e2b177fdeb6a', '2026-11-25 15:58:21.681019+00', NULL, '759', 'key first key', 'order received'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', 5, '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '01a2136d-f03e-75fb-9a8e-c011118b211b', '2026-11-25 15:58:21.741069+00', NULL, '760', 'key first key', 'order received'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', 6, '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '01a2136d-f0cb-72c2-be8f-e46dc27b1ffa', '2026-11-25 15:58:21.880574+00', NULL, '762', 'key first key', 'order received'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', 7, '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '01a2136d-f127-7689-a772-d3622580251e', '2026-11-25 15:58:21.962911+00', NULL, '763', 'key first key', 'order received'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', 8, '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '01a2136d-f191-7187-ba3b-117cbc48b9ed', '2026-11-25 15:58:22.060997+00', NULL, '764', 'key first key', 'order received'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', 9, '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '01a2136d-f03e-75fb-9a8e-c011118b211b', '2026-11-25 15:58:22.175153+00', '2026-11-25 15:58:21.741069+00', '765', 'key first key', 'order changed by the shop');
INSERT INTO public.connection_passwords VALUES
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-e9d7-7764-97ce-103387edc4dc', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '\x7e9f7bcbb430c594c7449b54359b443c4bfaac8a4b4e51817ca20f93d7275c31', '2026-11-25 15:58:19.75187+00', NULL),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-ee8b-709c-9471-b4a0e5352d12', '01a2136d-ee87-75c0-bddc-5a68508a906f', '\x156e73b30da090588f1d11846a9cd136a2c0953756d6408829f6611f68a7ac01', '2026-11-25 15:58:21.301267+00', NULL);
INSERT INTO public.connections VALUES
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-ee87-75c0-bddc-5a68508a906f', 'f2fzaxj8mrvqhwts', 'ss-c2t9ayghdzyxzzte', 'America/New_York', 'unpaid', 'awaiting_shipment', 'shipped', 'cancelled', 'on_hold', 2, 300, '2026-11-25 15:58:21.301267+00'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', 'jmugafnptudbqmjv', 'ss-p9nupulhdjrvclx9', 'UTC', 'unpaid', 'awaiting_shipment', 'shipped', 'cancelled', 'on_hold', 3, 300, '2026-11-25 15:58:19.75187+00');
INSERT INTO public.events VALUES
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-ef36-734c-ba96-06e46743e5cc', '01a2136d-eefb-7026-ad5b-5589ac0a891a', '2026-11-25 15:58:21.426155+00', 'key first key', 'order received', 'null', 'ad74a4e5c7ca4beda74450eb706d9d91'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-efb5-751c-803a-1133aca44705', '01a2136d-efa0-766e-91bf-4eb75a125390', '2026-11-25 15:58:21.595129+00', 'key first key', 'order received', 'null', '4e2ecaab451241e0a2b1c62b116787f5'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-effd-73f0-90ca-c1dba641f910', '01a2136d-eff4-7001-8005-eacf8d7f36d2', '2026-11-25 15:58:21.681019+00', 'key first key', 'order received', 'null', 'd6b15433b0a0492d95e05010bf2a5d20'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-f03f-7016-aca6-8020e4ae6f7d', '01a2136d-f030-74c7-a18b-bd450c5393fd', '2026-11-25 15:58:21.741069+00', 'key first key', 'order received', 'null', '900d00d96c834a308fd70c6976c871b5'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-f081-7195-81fe-a598cf0db85e', '01a2136d-f078-70f6-b672-678662014589', '2026-11-25 15:58:21.808832+00', 'key first key', 'order received', 'null', 'd11e1c30ba9a4b9390369c76ab1dd872'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-f0cc-75b1-b0ae-717d521ddf5b', '01a2136d-f0bb-779f-b5aa-5c1182b890f2', '2026-11-25 15:58:21.880574+00', 'key first key', 'order received', 'null', '0e4cce24bd16442fb856445d252f7eea'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-f128-728f-a3a2-d726c61f0a69', '01a2136d-f115-73a3-a49b-f8e4d0c5a006', '2026-11-25 15:58:21.962911+00', 'key first key', 'order received', 'null', 'e4c86324e12648ff99f2c4dd3e4d5cc0'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-f192-74de-80d1-4079012a5e27', '01a2136d-f176-74fb-a58c-e46ad44a3f1d', '2026-11-25 15:58:22.060997+00', 'key first key', 'order received', 'null', '0da3aacba3bb4909b1d2612e10a2c3e2'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-f1f9-7597-823d-acbe2fd2365d', '01a2136d-f030-74c7-a18b-bd450c5393fd', '2026-11-25 15:58:22.175153+00', 'key first key', 'order changed by the shop: customer notes', '{"before": {"customer_notes": ""}}', '49afb87aec91498eb4e5922d10208d4e'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136e-3939-709f-a3ef-0102aa00b59e', '01a2136d-eefb-7026-ad5b-5589ac0a891a', '2026-11-25 15:58:40.35551+00', 'ShipStation (ShipStation)', '1 shipped: 3 × TEE-M by UPS Ground, tracking 1ZFIRST', '{"flags": [], "shipment": "01a2136e39217524b3ca515feb0eec3f"}', '0817f28a606943cf846dd2d1233320b6'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136e-52c2-7033-983b-260acc939a92', '01a2136d-efa0-766e-91bf-4eb75a125390', '2026-11-25 15:58:46.931783+00', 'ShipStation (ShipStation)', '2 shipped: 2 × TEE-M by UPS Ground, tracking 1ZSECOND', '{"flags": [], "shipment": "01a2136e52be717698613bc8391d2a89"}', '9e49ca3fc65242818144851910ee17c3'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136e-6f21-7391-ad70-439bed2e9ab2', '01a2136d-efa0-766e-91bf-4eb75a125390', '2026-11-25 15:58:54.221881+00', 'ShipStation (West)', '2 shipped: 2 × MUG by USPS Ground, tracking 9400WEST', '{"flags": [], "shipment": "01a2136e6f1c77e1aaf807f9271be530"}', '8a165373e7d446f193656f2a9b10cd40');
INSERT INTO public.exchanges VALUES
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136e-0849-71c2-bff1-727cb64b7619', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '2026-11-25 15:58:27.887816+00', '6ce3b407eece4e12935d11435b1bd20e', 'export', '2026-11-24 15:58:00+00', '2026-11-25 15:59:00+00', 1, 3, '{01a2136d-ef30-730f-9d41-7b05e5597bbb,01a2136d-efb2-74f2-90ae-65ff1321863b,01a2136d-effc-71ef-966a-e2b177fdeb6a}', NULL, 200, 29, ''),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136e-0887-7256-94e9-0052843bd68f', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '2026-11-25 15:58:27.945877+00', 'be8aada323694e8d9e11d8e9d95dc2b4', 'export', '2026-11-24 15:58:00+00', '2026-11-25 15:59:00+00', 2, 3, '{01a2136d-f03e-75fb-9a8e-c011118b211b,01a2136d-f0cb-72c2-be8f-e46dc27b1ffa,01a2136d-f127-7689-a772-d3622580251e}', NULL, 200, 31, ''),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136e-08b7-76b6-b949-14a907bff776', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '2026-11-25 15:58:28.002423+00', 'f7bba453372f4a038cccb97de9f2fe99', 'export', '2026-11-24 15:58:00+00', '2026-11-25 15:59:00+00', 3, 3, '{01a2136d-f191-7187-ba3b-117cbc48b9ed}', NULL, 200, 22, ''),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136e-2207-731d-87af-d847986fd0bb', '01a2136d-ee87-75c0-bddc-5a68508a906f', '2026-11-25 15:58:34.493094+00', 'df94dba5a1594ea4a807a39aade4b709', 'export', '2026-11-24 15:58:00+00', '2026-11-25 15:59:00+00', 1, 1, '{01a2136d-efb2-74f2-90ae-6600ecf9b818}', NULL, 200, 11, ''),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136e-3968-77b4-93b4-fc3a8f3e6d64', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '2026-11-25 15:58:40.35551+00', '0817f28a606943cf846dd2d1233320b6', 'shipnotify', NULL, NULL, NULL, NULL, '{}', '01a2136e-38eb-7374-bd46-0d9dc6c233b9', 200, 140, ''),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136e-52d9-748a-9ea6-83f7df9ef545', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '2026-11-25 15:58:46.931783+00', '9e49ca3fc65242818144851910ee17c3', 'shipnotify', NULL, NULL, NULL, NULL, '{}', '01a2136e-529a-723a-b14d-c4c7dd20f6aa', 200, 74, ''),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136e-6f45-710e-a709-41f0419f04d1', '01a2136d-ee87-75c0-bddc-5a68508a906f', '2026-11-25 15:58:54.221881+00', '8a165373e7d446f193656f2a9b10cd40', 'shipnotify', NULL, NULL, NULL, NULL, '{}', '01a2136e-6f0e-7475-82f1-d2330c2d8206', 200, 57, ''),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136e-7322-743f-b2f8-068db630680b', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '2026-11-25 15:58:55.240432+00', '215ba163066248ccbdce26ec254e2110', 'shipnotify', NULL, NULL, NULL, NULL, '{}', '01a2136e-7309-7012-9539-d74f7a199b7e', 404, 28, 'No order 999 was given to this ShipStation account. The notice is kept to be matched.'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136e-737a-70b1-852f-4f765b84248e', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '2026-11-25 15:58:55.331841+00', '19c1f7c31be2405da725dd0a301fb26a', 'shipnotify', NULL, NULL, NULL, NULL, '{}', '01a2136e-7365-7285-a56e-c4a6e882efc1', 400, 24, 'The body is not well-formed XML: Couldn''t find end of Start Tag Oops line 1, line 1, column 18 (<string>, line 1)');
INSERT INTO public.notices VALUES
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136e-38eb-7374-bd46-0d9dc6c233b9', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '2026-11-25 15:58:40.35551+00', '0817f28a606943cf846dd2d1233320b6', '{"action": "shipnotify", "carrier": "UPS", "service": "Ground", "order_number": "1", "tracking_number": "1ZFIRST"}', 'text/xml', '\x3c3f786d6c2076657273696f6e3d22312e302220656e636f64696e673d227574662d38223f3e0a3c536869704e6f746963653e3c4f726465724e756d6265723e3c215b43444154415b315d5d3e3c2f4f726465724e756d6265723e3c4f7264657249443e3c215b43444154415b30316132313336646566333037333066396434313762303565353539376262625d5d3e3c2f4f7264657249443e3c437573746f6d6572436f64653e3c215b43444154415b632d37375d5d3e3c2f437573746f6d6572436f64653e3c4e6f74696679437573746f6d65723e747275653c2f4e6f74696679437573746f6d65723e3c4c6162656c437265617465446174653e31312f32352f323032362031353a35383c2f4c6162656c437265617465446174653e3c53686970446174653e31312f32352f323032363c2f53686970446174653e3c436172726965723e3c215b43444154415b5550535d5d3e3c2f436172726965723e3c536572766963653e3c215b43444154415b47726f756e645d5d3e3c2f536572766963653e3c547261636b696e674e756d6265723e3c215b43444154415b315a46495253545d5d3e3c2f547261636b696e674e756d6265723e3c526563697069656e743e3c4e616d653e3c215b43444154415b4164612042757965725d5d3e3c2f4e616d653e3c41646472657373313e3c215b43444154415b31204d61696e2053745d5d3e3c2f41646472657373313e3c436974793e3c215b43444154415b41757374696e5d5d3e3c2f436974793e3c53746174653e3c215b43444154415b54585d5d3e3c2f53746174653e3c506f7374616c436f64653e3c215b43444154415b37383730315d5d3e3c2f506f7374616c436f64653e3c436f756e7472793e3c215b43444154415b55535d5d3e3c2f436f756e7472793e3c2f526563697069656e743e3c4974656d733e3c4974656d3e3c534b553e3c215b43444154415b5445452d4d5d5d3e3c2f534b553e3c4e616d653e3c215b43444154415b5465655d5d3e3c2f4e616d653e3c5175616e746974793e333c2f5175616e746974793e3c4c696e654974656d49443e3c215b43444154415b30316132313336646566333037333066396434313762303664643636376438325d5d3e3c2f4c696e654974656d49443e3c2f4974656d3e3c2f4974656d733e3c2f536869704e6f746963653e', '\xf0a1d961cfbffbfb0c0cbe114b52d850073bfd312905cf38b30c60f1fe6aca1e', 'applied', 200, 'Order 1: recorded 3 × TEE-M.', '01a2136d-ef30-730f-9d41-7b05e5597bbb', '2026-11-25 15:58:40.35551+00'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136e-529a-723a-b14d-c4c7dd20f6aa', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '2026-11-25 15:58:46.931783+00', '9e49ca3fc65242818144851910ee17c3', '{"action": "shipnotify", "carrier": "UPS", "service": "Ground", "order_number": "2", "tracking_number": "1ZSECOND"}', 'text/xml', '\x3c3f786d6c2076657273696f6e3d22312e302220656e636f64696e673d227574662d38223f3e0a3c536869704e6f746963653e3c4f726465724e756d6265723e3c215b43444154415b325d5d3e3c2f4f726465724e756d6265723e3c4f7264657249443e3c215b43444154415b30316132313336646566623237346632393061653635666631333231383633625d5d3e3c2f4f7264657249443e3c437573746f6d6572436f64653e3c215b43444154415b632d37375d5d3e3c2f437573746f6d6572436f64653e3c4e6f74696679437573746f6d65723e747275653c2f4e6f74696679437573746f6d65723e3c4c6162656c437265617465446174653e31312f32352f323032362031353a35383c2f4c6162656c437265617465446174653e3c53686970446174653e31312f32352f323032363c2f53686970446174653e3c436172726965723e3c215b43444154415b5550535d5d3e3c2f436172726965723e3c536572766963653e3c215b43444154415b47726f756e645d5d3e3c2f536572766963653e3c547261636b696e674e756d6265723e3c215b43444154415b315a5345434f4e445d5d3e3c2f547261636b696e674e756d6265723e3c5368697070696e67436f73743e372e38353c2f5368697070696e67436f73743e3c526563697069656e743e3c4e616d653e3c215b43444154415b4164612042757965725d5d3e3c2f4e616d653e3c41646472657373313e3c215b43444154415b31204d61696e2053745d5d3e3c2f41646472657373313e3c436974793e3c215b43444154415b41757374696e5d5d3e3c2f436974793e3c53746174653e3c215b43444154415b54585d5d3e3c2f53746174653e3c506f7374616c436f64653e3c215b43444154415b37383730315d5d3e3c2f506f7374616c436f64653e3c436f756e7472793e3c215b43444154415b55535d5d3e3c2f436f756e7472793e3c2f526563697069656e743e3c4974656d733e3c4974656d3e3c534b553e3c215b43444154415b5445452d4d5d5d3e3c2f534b553e3c4e616d653e3c215b43444154415b5465655d5d3e3c2f4e616d653e3c5175616e746974793e323c2f5175616e746974793e3c4c696e654974656d49443e3c215b43444154415b30316132313336646566623337366365626265656433316563363538353031615d5d3e3c2f4c696e654974656d49443e3c2f4974656d3e3c2f4974656d733e3c2f536869704e6f746963653e', '\x67ebd98424d310582c701a81e3fcd3d47e331e84fd1e4711a782e4cadc06726c', 'applied', 200, 'Order 2: recorded 2 × TEE-M.', '01a2136d-efb2-74f2-90ae-65ff1321863b', '2026-11-25 15:58:46.931783+00'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136e-6f0e-7475-82f1-d2330c2d8206', '01a2136d-ee87-75c0-bddc-5a68508a906f', '2026-11-25 15:58:54.221881+00', '8a165373e7d446f193656f2a9b10cd40', '{"action": "shipnotify", "carrier": "USPS", "service": "Ground", "order_number": "2", "tracking_number": "9400WEST"}', 'text/xml', '\x3c3f786d6c2076657273696f6e3d22312e302220656e636f64696e673d227574662d38223f3e0a3c536869704e6f746963653e3c4f726465724e756d6265723e3c215b43444154415b325d5d3e3c2f4f726465724e756d6265723e3c4f7264657249443e3c215b43444154415b30316132313336646566623237346632393061653636303065636639623831385d5d3e3c2f4f7264657249443e3c437573746f6d6572436f64653e3c215b43444154415b632d37375d5d3e3c2f437573746f6d6572436f64653e3c4e6f74696679437573746f6d65723e747275653c2f4e6f74696679437573746f6d65723e3c4c6162656c437265617465446174653e31312f32352f323032362031353a35383c2f4c6162656c437265617465446174653e3c53686970446174653e31312f32352f323032363c2f53686970446174653e3c436172726965723e3c215b43444154415b555350535d5d3e3c2f436172726965723e3c536572766963653e3c215b43444154415b47726f756e645d5d3e3c2f536572766963653e3c547261636b696e674e756d6265723e3c215b43444154415b39343030574553545d5d3e3c2f547261636b696e674e756d6265723e3c526563697069656e743e3c4e616d653e3c215b43444154415b4164612042757965725d5d3e3c2f4e616d653e3c41646472657373313e3c215b43444154415b31204d61696e2053745d5d3e3c2f41646472657373313e3c436974793e3c215b43444154415b41757374696e5d5d3e3c2f436974793e3c53746174653e3c215b43444154415b54585d5d3e3c2f53746174653e3c506f7374616c436f64653e3c215b43444154415b37383730315d5d3e3c2f506f7374616c436f64653e3c436f756e7472793e3c215b43444154415b55535d5d3e3c2f436f756e7472793e3c2f526563697069656e743e3c4974656d733e3c4974656d3e3c534b553e3c215b43444154415b4d55475d5d3e3c2f534b553e3c4e616d653e3c215b43444154415b4d75675d5d3e3c2f4e616d653e3c5175616e746974793e323c2f5175616e746974793e3c4c696e654974656d49443e3c215b43444154415b30316132313336646566623337366365626265656433316662336438393563375d5d3e3c2f4c696e654974656d49443e3c2f4974656d3e3c2f4974656d733e3c2f536869704e6f746963653e', '\x32f20869b310e7464e6b4fcf6f91cee9512e81cb2dbbd7cd8a5abbccb9322e7f', 'applied', 200, 'Order 2: recorded 2 × MUG.', '01a2136d-efb2-74f2-90ae-6600ecf9b818', '2026-11-25 15:58:54.221881+00'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136e-7309-7012-9539-d74f7a199b7e', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '2026-11-25 15:58:55.240432+00', '215ba163066248ccbdce26ec254e2110', '{"action": "shipnotify", "order_number": "999"}', 'text/xml', '\x3c3f786d6c2076657273696f6e3d22312e302220656e636f64696e673d227574662d38223f3e3c536869704e6f746963653e3c436172726965723e5550533c2f436172726965723e3c536572766963653e47726f756e643c2f536572766963653e3c547261636b696e674e756d6265723e315a4e4f424f44593c2f547261636b696e674e756d6265723e3c4f726465724e756d6265723e3939393c2f4f726465724e756d6265723e3c2f536869704e6f746963653e', '\xdb8f8c27dba4f64dc20cc9aa70a1a4630e5015688a23e786463ee8f2c881262f', 'unmatched', 404, 'No order 999 was given to this ShipStation account. The notice is kept to be matched.', NULL, '2026-11-25 15:58:55.240432+00'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136e-7365-7285-a56e-c4a6e882efc1', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '2026-11-25 15:58:55.331841+00', '19c1f7c31be2405da725dd0a301fb26a', '{"action": "shipnotify"}', '', '\x3c536869704e6f746963653e3c4f6f7073', '\x51eea2d2b22cc106880b09489830b75a501549ac229046712306a7e21e0a36e4', 'unreadable', 400, 'The body is not well-formed XML: Couldn''t find end of Start Tag Oops line 1, line 1, column 18 (<string>, line 1)', NULL, '2026-11-25 15:58:55.331841+00');
INSERT INTO public.order_lines VALUES
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-ef0e-735a-a10b-3ce7ce600fa8', '01a2136d-eefb-7026-ad5b-5589ac0a891a', 1, 'l1', 'TEE-M', 'Tee', 3, 10.0000, 6.0000, 'oz', '', '', '[]', '', '', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', 'the account''s default vendor is ShipStation'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-efa8-7620-8434-8e055e71f92b', '01a2136d-efa0-766e-91bf-4eb75a125390', 1, 'l1', 'TEE-M', 'Tee', 3, 10.0000, 6.0000, 'oz', '', '', '[]', '', '', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', 'the account''s default vendor is ShipStation'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-efa8-7620-8434-8e06623c6aef', '01a2136d-efa0-766e-91bf-4eb75a125390', 2, 'l2', 'MUG', 'Mug', 2, 4.0000, 6.0000, 'oz', '', '', '[]', '', '', '01a2136d-ee87-75c0-bddc-5a68508a906f', 'product MUG is shipped by West (priority 1)'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-eff8-7324-b15b-4c5dde793fc3', '01a2136d-eff4-7001-8005-eacf8d7f36d2', 1, 'l1', 'TEE-M', 'Tee', 3, 10.0000, 6.0000, 'oz', '', '', '[]', '', '', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', 'the account''s default vendor is ShipStation'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-f035-763b-8e95-2964e3228c89', '01a2136d-f030-74c7-a18b-bd450c5393fd', 1, 'l1', 'TEE-M', 'Tee', 3, 10.0000, 6.0000, 'oz', '', '', '[]', '', '', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', 'the account''s default vendor is ShipStation'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-f07c-7264-a976-c5300f2a09f8', '01a2136d-f078-70f6-b672-678662014589', 1, 'l1', 'TEE-M', 'Tee', 3, 10.0000, 6.0000, 'oz', '', '', '[]', '', '', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', 'the account''s default vendor is ShipStation'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-f0c3-7395-8b47-2f0f6b46a3c5', '01a2136d-f0bb-779f-b5aa-5c1182b890f2', 1, 'l1', 'TEE-M', 'Tee', 3, 10.0000, 6.0000, 'oz', '', '', '[]', '', '', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', 'the account''s default vendor is ShipStation'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-f11c-70e7-83d8-19fec2623907', '01a2136d-f115-73a3-a49b-f8e4d0c5a006', 1, 'l1', 'TEE-M', 'Tee', 3, 10.0000, 6.0000, 'oz', '', '', '[]', '', '', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', 'the account''s default vendor is ShipStation'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-f182-755b-b3ac-c85107fb5fc8', '01a2136d-f176-74fb-a58c-e46ad44a3f1d', 1, 'l1', 'TEE-M', 'Tee', 3, 10.0000, 6.0000, 'oz', '', '', '[]', '', '', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', 'the account''s default vendor is ShipStation');
INSERT INTO public.orders VALUES
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-eff4-7001-8005-eacf8d7f36d2', '01a2136d-eef3-778c-b935-b49337b7eafa', 'gid-3', '3', '2026-03-08 14:59:00+00', 'unpaid', 'Visa', 'Ground', 'USD', '{"code": "c-77", "name": "Ada Buyer", "email": "ada@example.com", "phone": "512-555-0100", "company": ""}', '{"city": "", "name": "Ada Buyer", "email": "", "phone": "", "state": "", "company": "", "country": "", "address1": "", "address2": "", "postal_code": ""}', '{"city": "Austin", "name": "Ada Buyer", "email": "", "phone": "512-555-0100", "state": "TX", "company": "", "country": "US", "address1": "1 Main St", "address2": "", "postal_code": "78701"}', '[]', 5.0000, 2.1000, 37.1000, false, '', '', '', '{}', '', '', 'null', false, '\xe076dce884dbe3fc6d29d238cf3d551b', 'unpaid', '{}', '2026-11-25 15:58:21.681019+00', '2026-11-25 15:58:21.681019+00'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-f078-70f6-b672-678662014589', '01a2136d-eef3-778c-b935-b49337b7eafa', 'gid-5', '5', '2026-03-08 14:59:00+00', 'paid', 'Visa', 'Ground', 'USD', '{"code": "c-77", "name": "Ada Buyer", "email": "ada@example.com", "phone": "512-555-0100", "company": ""}', '{"city": "", "name": "Ada Buyer", "email": "", "phone": "", "state": "", "company": "", "country": "", "address1": "", "address2": "", "postal_code": ""}', '{"city": "", "name": "Ada Buyer", "email": "", "phone": "512-555-0100", "state": "TX", "company": "", "country": "US", "address1": "", "address2": "", "postal_code": "78701"}', '[]', 5.0000, 2.1000, 37.1000, false, '', '', '', '{}', '', '', 'null', false, '\x2404982f69613f753eeb21528888e02b', 'awaiting_shipment', '{needs_address}', '2026-11-25 15:58:21.808832+00', '2026-11-25 15:58:21.808832+00'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-f0bb-779f-b5aa-5c1182b890f2', '01a2136d-eef3-778c-b935-b49337b7eafa', 'gid-6', '6', '2026-03-08 14:59:00+00', 'paid', 'Visa', 'Ground', 'USD', '{"code": "c-77", "name": "Ada Buyer", "email": "ada@example.com", "phone": "512-555-0100", "company": ""}', '{"city": "", "name": "Ada Buyer", "email": "", "phone": "", "state": "", "company": "", "country": "", "address1": "", "address2": "", "postal_code": ""}', '{"city": "Austin", "name": "Ada Buyer", "email": "", "phone": "512-555-0100", "state": "TX", "company": "", "country": "US", "address1": "1 Main St", "address2": "", "postal_code": "78701"}', '[{"code": "SAVE3", "amount": "3.00"}]', 5.0000, 2.1000, 34.1000, true, 'Happy ☃ day', 'It''s <fine> & ''quoted''
second line', '', '{}', '', '', 'null', false, '\x444d336c02e89613b7952c6b6d608cea', 'awaiting_shipment', '{}', '2026-11-25 15:58:21.880574+00', '2026-11-25 15:58:21.880574+00'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-f115-73a3-a49b-f8e4d0c5a006', '01a2136d-f10b-7671-a507-63e243b41270', 'gid-7', '7', '2026-03-08 14:59:00+00', 'paid', 'Visa', 'Ground', 'USD', '{"code": "c-77", "name": "Ada Buyer", "email": "ada@example.com", "phone": "512-555-0100", "company": ""}', '{"city": "", "name": "Ada Buyer", "email": "", "phone": "", "state": "", "company": "", "country": "", "address1": "", "address2": "", "postal_code": ""}', '{"city": "Austin", "name": "Ada Buyer", "email": "", "phone": "512-555-0100", "state": "TX", "company": "", "country": "US", "address1": "1 Main St", "address2": "", "postal_code": "78701"}', '[]', 5.0000, 2.1000, 37.1000, false, '', '', '', '{}', '', '', 'null', false, '\x9b144f30072a166b3759a01baad88fde', 'awaiting_shipment', '{}', '2026-11-25 15:58:21.962911+00', '2026-11-25 15:58:21.962911+00'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-f176-74fb-a58c-e46ad44a3f1d', '01a2136d-eef3-778c-b935-b49337b7eafa', 'gid-8', '8', '2026-03-08 14:59:00+00', 'paid', 'Visa', 'Ground', 'USD', '{"code": "c-77", "name": "Ada Buyer", "email": "ada@example.com", "phone": "512-555-0100", "company": ""}', '{"city": "", "name": "Ada Buyer", "email": "", "phone": "", "state": "", "company": "", "country": "", "address1": "", "address2": "", "postal_code": ""}', '{"city": "Austin", "name": "Ada Buyer", "email": "", "phone": "512-555-0100", "state": "TX", "company": "", "country": "US", "address1": "1 Main St", "address2": "", "postal_code": "78701"}', '[]', 5.0000, 2.1000, 37.1000, false, '', '', '', '{}', '', '', 'null', false, '\x7f88b9bc3abe02113d3c52f821e9d256', 'awaiting_shipment', '{}', '2026-11-25 15:58:22.060997+00', '2026-11-25 15:58:22.060997+00'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-f030-74c7-a18b-bd450c5393fd', '01a2136d-eef3-778c-b935-b49337b7eafa', 'gid-4', '4', '2026-03-08 14:59:00+00', 'paid', 'Visa', 'Ground', 'USD', '{"code": "c-77", "name": "Ada Buyer", "email": "ada@example.com", "phone": "512-555-0100", "company": ""}', '{"city": "", "name": "Ada Buyer", "email": "", "phone": "", "state": "", "company": "", "country": "", "address1": "", "address2": "", "postal_code": ""}', '{"city": "Austin", "name": "Ada Buyer", "email": "", "phone": "512-555-0100", "state": "TX", "company": "", "country": "US", "address1": "1 Main St", "address2": "", "postal_code": "78701"}', '[]', 5.0000, 2.1000, 37.1000, false, '', 'changed once', '', '{}', '', '', 'null', false, '\xbea49a8ef9f7bb05251b2b57683c9726', 'awaiting_shipment', '{}', '2026-11-25 15:58:21.741069+00', '2026-11-25 15:58:22.175153+00'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-eefb-7026-ad5b-5589ac0a891a', '01a2136d-eef3-778c-b935-b49337b7eafa', 'gid-1', '1', '2026-03-08 14:59:00+00', 'paid', 'Visa', 'Ground', 'USD', '{"code": "c-77", "name": "Ada Buyer", "email": "ada@example.com", "phone": "512-555-0100", "company": ""}', '{"city": "", "name": "Ada Buyer", "email": "", "phone": "", "state": "", "company": "", "country": "", "address1": "", "address2": "", "postal_code": ""}', '{"city": "Austin", "name": "Ada Buyer", "email": "", "phone": "512-555-0100", "state": "TX", "company": "", "country": "US", "address1": "1 Main St", "address2": "", "postal_code": "78701"}', '[]', 5.0000, 2.1000, 37.1000, false, '', '', '', '{}', '', '', 'null', false, '\xfaa30db3b093dcd776c3b0a3e85b6e3b', 'shipped', '{}', '2026-11-25 15:58:21.426155+00', '2026-11-25 15:58:40.35551+00'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-efa0-766e-91bf-4eb75a125390', '01a2136d-eef3-778c-b935-b49337b7eafa', 'gid-2', '2', '2026-03-08 14:59:00+00', 'paid', 'Visa', 'Ground', 'USD', '{"code": "c-77", "name": "Ada Buyer", "email": "ada@example.com", "phone": "512-555-0100", "company": ""}', '{"city": "", "name": "Ada Buyer", "email": "", "phone": "", "state": "", "company": "", "country": "", "address1": "", "address2": "", "postal_code": ""}', '{"city": "Austin", "name": "Ada Buyer", "email": "", "phone": "512-555-0100", "state": "TX", "company": "", "country": "US", "address1": "1 Main St", "address2": "", "postal_code": "78701"}', '[]', 5.0000, 2.1000, 45.1000, false, '', '', '', '{}', '', '', 'null', false, '\x5a7323c0d8a289fa12b9754bbb370837', 'partially_shipped', '{}', '2026-11-25 15:58:21.595129+00', '2026-11-25 15:58:54.221881+00');
INSERT INTO public.product_vendors VALUES
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-eea1-7645-8573-e87ae9702699', '01a2136d-ee87-75c0-bddc-5a68508a906f', 1, '', 'C3');
INSERT INTO public.products VALUES
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-eea1-7645-8573-e87ae9702699', 'MUG', '', '', NULL, '');
INSERT INTO public.readings VALUES
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136e-0835-7252-b050-f1a7254b21f1', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '2026-11-24 15:53:00+00', '2026-11-25 15:59:00+00', 3, '2026-11-25 15:58:27.887816+00', '766:766:', '{"2026-11-25 15:58:21.741069+00","2026-11-25 15:58:22.060997+00"}', '{5,8}');
INSERT INTO public.shipment_lines VALUES
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136e-3930-77a1-a4bb-46e2dd0f4c37', '01a2136e-3921-7524-b3ca-515feb0eec3f', 1, '01a2136d-ef30-730f-9d41-7b06dd667d82', '01a2136d-ef0e-735a-a10b-3ce7ce600fa8', 'TEE-M', 'Tee', 3),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136e-52c0-73ba-ba8b-d871b63cad60', '01a2136e-52be-7176-9861-3bc8391d2a89', 1, '01a2136d-efb3-76ce-bbee-d31ec658501a', '01a2136d-efa8-7620-8434-8e055e71f92b', 'TEE-M', 'Tee', 2),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136e-6f20-7014-9776-74d9a4277978', '01a2136e-6f1c-77e1-aaf8-07f9271be530', 1, '01a2136d-efb3-76ce-bbee-d31fb3d895c7', '01a2136d-efa8-7620-8434-8e06623c6aef', 'MUG', 'Mug', 2);
INSERT INTO public.shipments VALUES
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136e-3921-7524-b3ca-515feb0eec3f', '01a2136d-eefb-7026-ad5b-5589ac0a891a', '01a2136d-ef30-730f-9d41-7b05e5597bbb', '01a2136e-38eb-7374-bd46-0d9dc6c233b9', '\x0dfb35a2d0ac971a345d98f03fab78ff9d7d3b673ffdc1bba6c8d50fe91dc433', 'UPS', 'ups', 'Ground', '1ZFIRST', '2026-11-25', '2026-11-25 15:58:00+00', NULL, 'USD', '', true, '{"city": "Austin", "name": "Ada Buyer", "state": "TX", "country": "US", "address1": "1 Main St", "postal_code": "78701"}', 'shipstation', '{}', '2026-11-25 15:58:40.35551+00'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136e-52be-7176-9861-3bc8391d2a89', '01a2136d-efa0-766e-91bf-4eb75a125390', '01a2136d-efb2-74f2-90ae-65ff1321863b', '01a2136e-529a-723a-b14d-c4c7dd20f6aa', '\xae2d2f01f629c3cbb911ca0f8265e3c0f715f74158d145ebdefb46eb34fc0cca', 'UPS', 'ups', 'Ground', '1ZSECOND', '2026-11-25', '2026-11-25 15:58:00+00', 7.8500, 'USD', '', true, '{"city": "Austin", "name": "Ada Buyer", "state": "TX", "country": "US", "address1": "1 Main St", "postal_code": "78701"}', 'shipstation', '{}', '2026-11-25 15:58:46.931783+00'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136e-6f1c-77e1-aaf8-07f9271be530', '01a2136d-efa0-766e-91bf-4eb75a125390', '01a2136d-efb2-74f2-90ae-6600ecf9b818', '01a2136e-6f0e-7475-82f1-d2330c2d8206', '\xdae25081723b4ee4e1b26a8fdc3b58a75ad1d34dfd5da75f1432e150a4fc1d98', 'USPS', 'usps', 'Ground', '9400WEST', '2026-11-25', '2026-11-25 20:58:00+00', NULL, 'USD', '', true, '{"city": "Austin", "name": "Ada Buyer", "state": "TX", "country": "US", "address1": "1 Main St", "postal_code": "78701"}', 'shipstation', '{}', '2026-11-25 15:58:54.221881+00');
INSERT INTO public.stores VALUES
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-eef3-778c-b935-b49337b7eafa', 'web', 'web', 'USD', 'UTC'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-f10b-7671-a507-63e243b41270', 'shop2', 'shop2', 'USD', 'UTC');
INSERT INTO public.users VALUES
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-e873-746e-a886-d6fae6ef59e3', 'admin@localhost', '$argon2id$v=19$m=65536,t=3,p=4$TDCFnDErl9lHTX7ATQNEWg$PCxQnhprEkZnIU0wWFdS8qmPVjqsk548hVfL1DkbvkY', 'admin', true, '2026-11-25 15:58:19.75187+00');
INSERT INTO public.vendor_order_lines VALUES
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-ef30-730f-9d41-7b06dd667d82', '01a2136d-ef30-730f-9d41-7b05e5597bbb', '01a2136d-ef0e-735a-a10b-3ce7ce600fa8', 1, 3, 3, '', ''),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-efb3-76ce-bbee-d31ec658501a', '01a2136d-efb2-74f2-90ae-65ff1321863b', '01a2136d-efa8-7620-8434-8e055e71f92b', 1, 3, 3, '', ''),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-efb3-76ce-bbee-d31fb3d895c7', '01a2136d-efb2-74f2-90ae-6600ecf9b818', '01a2136d-efa8-7620-8434-8e06623c6aef', 2, 2, 2, '', 'C3'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-effc-71ef-966a-e2b2b2a74094', '01a2136d-effc-71ef-966a-e2b177fdeb6a', '01a2136d-eff8-7324-b15b-4c5dde793fc3', 1, 3, 3, '', ''),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-f03e-75fb-9a8e-c0127e449d85', '01a2136d-f03e-75fb-9a8e-c011118b211b', '01a2136d-f035-763b-8e95-2964e3228c89', 1, 3, 3, '', ''),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-f080-71e7-a0b0-321f24e4df2f', '01a2136d-f080-71e7-a0b0-321e9fbff7bd', '01a2136d-f07c-7264-a976-c5300f2a09f8', 1, 3, 3, '', ''),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-f0cb-72c2-be8f-e46e72dc809c', '01a2136d-f0cb-72c2-be8f-e46dc27b1ffa', '01a2136d-f0c3-7395-8b47-2f0f6b46a3c5', 1, 3, 3, '', ''),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-f127-7689-a772-d363c4260875', '01a2136d-f127-7689-a772-d3622580251e', '01a2136d-f11c-70e7-83d8-19fec2623907', 1, 3, 3, '', ''),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-f191-7187-ba3b-117d3f31ff23', '01a2136d-f191-7187-ba3b-117cbc48b9ed', '01a2136d-f182-755b-b3ac-c85107fb5fc8', 1, 3, 3, '', '');
INSERT INTO public.vendor_orders VALUES
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-efb2-74f2-90ae-6600ecf9b818', '01a2136d-efa0-766e-91bf-4eb75a125390', '01a2136d-ee87-75c0-bddc-5a68508a906f', '2', '[]', 0.4400, 1.0500, 9.4900, 'shipped', '{}', '\x60e4d0766bfb028cfec1238fa1dbedb0', '2026-11-25 15:58:21.595129+00', '2026-11-25 15:58:21.595129+00'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-effc-71ef-966a-e2b177fdeb6a', '01a2136d-eff4-7001-8005-eacf8d7f36d2', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '3', '[]', 2.1000, 5.0000, 37.1000, 'unpaid', '{}', '\x89dbf102c752c0121dee4d64b0907bed', '2026-11-25 15:58:21.681019+00', '2026-11-25 15:58:21.681019+00'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-f080-71e7-a0b0-321e9fbff7bd', '01a2136d-f078-70f6-b672-678662014589', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '5', '[]', 2.1000, 5.0000, 37.1000, 'awaiting_shipment', '{needs_address}', '\x', NULL, '2026-11-25 15:58:21.808832+00'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-f0cb-72c2-be8f-e46dc27b1ffa', '01a2136d-f0bb-779f-b5aa-5c1182b890f2', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '6', '[{"code": "SAVE3", "amount": "3.00"}]', 2.1000, 5.0000, 34.1000, 'awaiting_shipment', '{}', '\x6d7bdde372624802e9a2db58dab4a07c', '2026-11-25 15:58:21.880574+00', '2026-11-25 15:58:21.880574+00'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-f127-7689-a772-d3622580251e', '01a2136d-f115-73a3-a49b-f8e4d0c5a006', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '7', '[]', 2.1000, 5.0000, 37.1000, 'awaiting_shipment', '{}', '\x46aa7d8f657a2c00ef8760de6f4dd8fa', '2026-11-25 15:58:21.962911+00', '2026-11-25 15:58:21.962911+00'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-f191-7187-ba3b-117cbc48b9ed', '01a2136d-f176-74fb-a58c-e46ad44a3f1d', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '8', '[]', 2.1000, 5.0000, 37.1000, 'awaiting_shipment', '{}', '\x47a488be5d7ff3fdc793da896671ad74', '2026-11-25 15:58:22.060997+00', '2026-11-25 15:58:22.060997+00'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-f03e-75fb-9a8e-c011118b211b', '01a2136d-f030-74c7-a18b-bd450c5393fd', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '4', '[]', 2.1000, 5.0000, 37.1000, 'awaiting_shipment', '{}', '\x13136d6bb808d6f22ae976a07363dcba', '2026-11-25 15:58:22.175153+00', '2026-11-25 15:58:21.741069+00'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-ef30-730f-9d41-7b05e5597bbb', '01a2136d-eefb-7026-ad5b-5589ac0a891a', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '1', '[]', 2.1000, 5.0000, 37.1000, 'shipped', '{}', '\xc240f014bd06a52d7aad7d9f68fc80dc', '2026-11-25 15:58:21.426155+00', '2026-11-25 15:58:21.426155+00'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-efb2-74f2-90ae-65ff1321863b', '01a2136d-efa0-766e-91bf-4eb75a125390', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', '2', '[]', 1.6600, 3.9500, 35.6100, 'partially_shipped', '{}', '\x3b18731ea4e970d46a87ab454d8eab37', '2026-11-25 15:58:21.595129+00', '2026-11-25 15:58:21.595129+00');
INSERT INTO public.vendors VALUES
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-e9cb-77b7-bd46-e42d7ff3a75a', 'ShipStation', 'shipstation', true, true, '2026-11-25 15:58:19.75187+00'),
	('01a2136d-e86a-726e-ad6e-967f4dd1b0ba', '01a2136d-ee87-75c0-bddc-5a68508a906f', 'West', 'shipstation', true, false, '2026-11-25 15:58:21.301267+00');
SELECT pg_catalog.setval('public.changes_id_seq', 9, true);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT pk_accounts PRIMARY KEY (account_id);
ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT pk_api_keys PRIMARY KEY (account_id, id);
ALTER TABLE ONLY public.cancellations
    ADD CONSTRAINT pk_cancellations PRIMARY KEY (account_id, id);
ALTER TABLE ONLY public.changes
    ADD CONSTRAINT pk_changes PRIMARY KEY (account_id, id);
ALTER TABLE ONLY public.connection_passwords
    ADD CONSTRAINT pk_connection_passwords PRIMARY KEY (account_id, id);
ALTER TABLE ONLY public.connections
    ADD CONSTRAINT pk_connections PRIMARY KEY (account_id, vendor_id);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT pk_events PRIMARY KEY (account_id, id);
ALTER TABLE ONLY public.exchanges
    ADD CONSTRAINT pk_exchanges PRIMARY KEY (account_id, id);
ALTER TABLE ONLY public.notices
    ADD CONSTRAINT pk_notices PRIMARY KEY (account_id, id);
ALTER TABLE ONLY public.order_lines
    ADD CONSTRAINT pk_order_lines PRIMARY KEY (account_id, id);
ALTER TABLE ONLY public.orders
    ADD CONSTRAINT pk_orders PRIMARY KEY (account_id, id);
ALTER TABLE ONLY public.product_vendors
    ADD CONSTRAINT pk_product_vendors PRIMARY KEY (account_id, product_id, vendor_id);
ALTER TABLE ONLY public.products
    ADD CONSTRAINT pk_products PRIMARY KEY (account_id, id);
ALTER TABLE ONLY public.readings
    ADD CONSTRAINT pk_readings PRIMARY KEY (account_id, id);
ALTER TABLE ONLY public.shipment_lines
    ADD CONSTRAINT pk_shipment_lines PRIMARY KEY (account_id, id);
ALTER TABLE ONLY public.shipments
    ADD CONSTRAINT pk_shipments PRIMARY KEY (account_id, id);
ALTER TABLE ONLY public.stores
    ADD CONSTRAINT pk_stores PRIMARY KEY (account_id, id);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT pk_users PRIMARY KEY (account_id, id);
ALTER TABLE ONLY public.vendor_order_lines
    ADD CONSTRAINT pk_vendor_order_lines PRIMARY KEY (account_id, id);
ALTER TABLE ONLY public.vendor_orders
    ADD CONSTRAINT pk_vendor_orders PRIMARY KEY (account_id, id);
ALTER TABLE ONLY public.vendors
    ADD CONSTRAINT pk_vendors PRIMARY KEY (account_id, id);
ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT uq_api_keys_account_id_public_id UNIQUE (account_id, public_id);
ALTER TABLE ONLY public.connections
    ADD CONSTRAINT uq_connections_account_id_public_id UNIQUE (account_id, public_id);
ALTER TABLE ONLY public.order_lines
    ADD CONSTRAINT uq_order_lines_account_id_order_id_external_id UNIQUE (account_id, order_id, external_id);
ALTER TABLE ONLY public.orders
    ADD CONSTRAINT uq_orders_account_id_store_id_external_id UNIQUE (account_id, store_id, external_id);
ALTER TABLE ONLY public.products
    ADD CONSTRAINT uq_products_account_id_sku UNIQUE (account_id, sku);
ALTER TABLE ONLY public.shipments
    ADD CONSTRAINT uq_shipments_account_id_vendor_order_id_dedupe_key UNIQUE (account_id, vendor_order_id, dedupe_key);
ALTER TABLE ONLY public.stores
    ADD CONSTRAINT uq_stores_account_id_code UNIQUE (account_id, code);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT uq_users_account_id_email UNIQUE (account_id, email);
ALTER TABLE ONLY public.vendor_order_lines
    ADD CONSTRAINT uq_vendor_order_lines_account_id_vendor_order_id_order_line_id UNIQUE (account_id, vendor_order_id, order_line_id);
ALTER TABLE ONLY public.vendor_orders
    ADD CONSTRAINT uq_vendor_orders_account_id_vendor_id_number UNIQUE (account_id, vendor_id, number);
CREATE INDEX ix_api_keys_public_id ON public.api_keys USING btree (public_id);
CREATE INDEX ix_cancellations_account_id_order_id ON public.cancellations USING btree (account_id, order_id);
CREATE INDEX ix_cancellations_account_id_vendor_order_line_id ON public.cancellations USING btree (account_id, vendor_order_line_id);
CREATE INDEX ix_changes_account_id_vendor_order_id_at ON public.changes USING btree (account_id, vendor_order_id, at);
CREATE INDEX ix_changes_feed ON public.changes USING btree (account_id, vendor_id, at, id) INCLUDE (previous_at, vendor_order_id);
CREATE INDEX ix_connection_passwords_account_id_vendor_id ON public.connection_passwords USING btree (account_id, vendor_id);
CREATE INDEX ix_connections_public_id ON public.connections USING btree (public_id);
CREATE INDEX ix_events_account_id_order_id_at ON public.events USING btree (account_id, order_id, at);
CREATE INDEX ix_exchanges_account_id_vendor_id_at ON public.exchanges USING btree (account_id, vendor_id, at);
CREATE INDEX ix_notices_by_state ON public.notices USING btree (account_id, state, received_at, id);
CREATE INDEX ix_orders_account_id_number ON public.orders USING btree (account_id, number);
CREATE INDEX ix_orders_account_id_updated_at ON public.orders USING btree (account_id, updated_at);
CREATE INDEX ix_orders_by_status ON public.orders USING btree (account_id, status, created_at, id);
CREATE INDEX ix_orders_newest ON public.orders USING btree (account_id, created_at, id);
CREATE INDEX ix_product_vendors_account_id_vendor_id ON public.product_vendors USING btree (account_id, vendor_id);
CREATE INDEX ix_readings_window ON public.readings USING btree (account_id, vendor_id, window_start, window_end, started_at);
CREATE INDEX ix_shipment_lines_account_id_shipment_id ON public.shipment_lines USING btree (account_id, shipment_id);
CREATE INDEX ix_shipment_lines_account_id_vendor_order_line_id ON public.shipment_lines USING btree (account_id, vendor_order_line_id);
CREATE INDEX ix_shipments_account_id_order_id ON public.shipments USING btree (account_id, order_id);
CREATE INDEX ix_shipments_account_id_tracking_number ON public.shipments USING btree (account_id, tracking_number);
CREATE INDEX ix_vendor_order_lines_account_id_order_line_id ON public.vendor_order_lines USING btree (account_id, order_line_id);
CREATE INDEX ix_vendor_orders_account_id_order_id ON public.vendor_orders USING btree (account_id, order_id);
CREATE INDEX ix_vendor_orders_newest ON public.vendor_orders USING btree (account_id, created_at, id);
CREATE UNIQUE INDEX uq_vendors_account_id_default ON public.vendors USING btree (account_id) WHERE is_default;
CREATE UNIQUE INDEX uq_vendors_account_id_name ON public.vendors USING btree (account_id, lower(name));
CREATE CONSTRAINT TRIGGER changes_commit_in_time AFTER INSERT ON public.changes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.changes_commit_in_time();
ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT fk_api_keys_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);
ALTER TABLE ONLY public.cancellations
    ADD CONSTRAINT fk_cancellations_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);
ALTER TABLE ONLY public.cancellations
    ADD CONSTRAINT fk_cancellations_account_id_order_id FOREIGN KEY (account_id, order_id) REFERENCES public.orders(account_id, id);
ALTER TABLE ONLY public.cancellations
    ADD CONSTRAINT fk_cancellations_account_id_order_line_id FOREIGN KEY (account_id, order_line_id) REFERENCES public.order_lines(account_id, id);
ALTER TABLE ONLY public.cancellations
    ADD CONSTRAINT fk_cancellations_account_id_vendor_order_line_id FOREIGN KEY (account_id, vendor_order_line_id) REFERENCES public.vendor_order_lines(account_id, id);
ALTER TABLE ONLY public.changes
    ADD CONSTRAINT fk_changes_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);
ALTER TABLE ONLY public.changes
    ADD CONSTRAINT fk_changes_account_id_vendor_id FOREIGN KEY (account_id, vendor_id) REFERENCES public.vendors(account_id, id);
ALTER TABLE ONLY public.changes
    ADD CONSTRAINT fk_changes_account_id_vendor_order_id FOREIGN KEY (account_id, vendor_order_id) REFERENCES public.vendor_orders(account_id, id);
ALTER TABLE ONLY public.connection_passwords
    ADD CONSTRAINT fk_connection_passwords_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);
ALTER TABLE ONLY public.connection_passwords
    ADD CONSTRAINT fk_connection_passwords_account_id_vendor_id FOREIGN KEY (account_id, vendor_id) REFERENCES public.connections(account_id, vendor_id);
ALTER TABLE ONLY public.connections
    ADD CONSTRAINT fk_connections_account_id_vendor_id FOREIGN KEY (account_id, vendor_id) REFERENCES public.vendors(account_id, id);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT fk_events_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT fk_events_account_id_order_id FOREIGN KEY (account_id, order_id) REFERENCES public.orders(account_id, id);
ALTER TABLE ONLY public.exchanges
    ADD CONSTRAINT fk_exchanges_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);
ALTER TABLE ONLY public.exchanges
    ADD CONSTRAINT fk_exchanges_account_id_notice_id FOREIGN KEY (account_id, notice_id) REFERENCES public.notices(account_id, id);
ALTER TABLE ONLY public.exchanges
    ADD CONSTRAINT fk_exchanges_account_id_vendor_id FOREIGN KEY (account_id, vendor_id) REFERENCES public.vendors(account_id, id);
ALTER TABLE ONLY public.notices
    ADD CONSTRAINT fk_notices_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);
ALTER TABLE ONLY public.notices
    ADD CONSTRAINT fk_notices_account_id_vendor_id FOREIGN KEY (account_id, vendor_id) REFERENCES public.vendors(account_id, id);
ALTER TABLE ONLY public.notices
    ADD CONSTRAINT fk_notices_account_id_vendor_order_id FOREIGN KEY (account_id, vendor_order_id) REFERENCES public.vendor_orders(account_id, id);
ALTER TABLE ONLY public.order_lines
    ADD CONSTRAINT fk_order_lines_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);
ALTER TABLE ONLY public.order_lines
    ADD CONSTRAINT fk_order_lines_account_id_order_id FOREIGN KEY (account_id, order_id) REFERENCES public.orders(account_id, id);
ALTER TABLE ONLY public.order_lines
    ADD CONSTRAINT fk_order_lines_account_id_vendor_id FOREIGN KEY (account_id, vendor_id) REFERENCES public.vendors(account_id, id);
ALTER TABLE ONLY public.orders
    ADD CONSTRAINT fk_orders_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);
ALTER TABLE ONLY public.orders
    ADD CONSTRAINT fk_orders_account_id_store_id FOREIGN KEY (account_id, store_id) REFERENCES public.stores(account_id, id);
ALTER TABLE ONLY public.product_vendors
    ADD CONSTRAINT fk_product_vendors_account_id_product_id FOREIGN KEY (account_id, product_id) REFERENCES public.products(account_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY public.product_vendors
    ADD CONSTRAINT fk_product_vendors_account_id_vendor_id FOREIGN KEY (account_id, vendor_id) REFERENCES public.vendors(account_id, id);
ALTER TABLE ONLY public.products
    ADD CONSTRAINT fk_products_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);
ALTER TABLE ONLY public.readings
    ADD CONSTRAINT fk_readings_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);
ALTER TABLE ONLY public.readings
    ADD CONSTRAINT fk_readings_account_id_vendor_id FOREIGN KEY (account_id, vendor_id) REFERENCES public.vendors(account_id, id);
ALTER TABLE ONLY public.shipment_lines
    ADD CONSTRAINT fk_shipment_lines_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);
ALTER TABLE ONLY public.shipment_lines
    ADD CONSTRAINT fk_shipment_lines_account_id_order_line_id FOREIGN KEY (account_id, order_line_id) REFERENCES public.order_lines(account_id, id);
ALTER TABLE ONLY public.shipment_lines
    ADD CONSTRAINT fk_shipment_lines_account_id_shipment_id FOREIGN KEY (account_id, shipment_id) REFERENCES public.shipments(account_id, id);
ALTER TABLE ONLY public.shipment_lines
    ADD CONSTRAINT fk_shipment_lines_account_id_vendor_order_line_id FOREIGN KEY (account_id, vendor_order_line_id) REFERENCES public.vendor_order_lines(account_id, id);
ALTER TABLE ONLY public.shipments
    ADD CONSTRAINT fk_shipments_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);
ALTER TABLE ONLY public.shipments
    ADD CONSTRAINT fk_shipments_account_id_notice_id FOREIGN KEY (account_id, notice_id) REFERENCES public.notices(account_id, id);
ALTER TABLE ONLY public.shipments
    ADD CONSTRAINT fk_shipments_account_id_order_id FOREIGN KEY (account_id, order_id) REFERENCES public.orders(account_id, id);
ALTER TABLE ONLY public.shipments
    ADD CONSTRAINT fk_shipments_account_id_vendor_order_id FOREIGN KEY (account_id, vendor_order_id) REFERENCES public.vendor_orders(account_id, id);
ALTER TABLE ONLY public.stores
    ADD CONSTRAINT fk_stores_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT fk_users_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);
ALTER TABLE ONLY public.vendor_order_lines
    ADD CONSTRAINT fk_vendor_order_lines_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);
ALTER TABLE ONLY public.vendor_order_lines
    ADD CONSTRAINT fk_vendor_order_lines_account_id_order_line_id FOREIGN KEY (account_id, order_line_id) REFERENCES public.order_lines(account_id, id);
ALTER TABLE ONLY public.vendor_order_lines
    ADD CONSTRAINT fk_vendor_order_lines_account_id_vendor_order_id FOREIGN KEY (account_id, vendor_order_id) REFERENCES public.vendor_orders(account_id, id);
ALTER TABLE ONLY public.vendor_orders
    ADD CONSTRAINT fk_vendor_orders_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);
ALTER TABLE ONLY public.vendor_orders
    ADD CONSTRAINT fk_vendor_orders_account_id_order_id FOREIGN KEY (account_id, order_id) REFERENCES public.orders(account_id, id);
ALTER TABLE ONLY public.vendor_orders
    ADD CONSTRAINT fk_vendor_orders_account_id_vendor_id FOREIGN KEY (account_id, vendor_id) REFERENCES public.vendors(account_id, id);
ALTER TABLE ONLY public.vendors
    ADD CONSTRAINT fk_vendors_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);
