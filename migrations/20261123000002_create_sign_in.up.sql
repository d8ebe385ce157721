-- Who may look. Secrets are stored as hashes only: passwords with Argon2id, tokens with SHA-256 (they are random).

create table users (
    id bigint generated always as identity primary key,
    login text not null,
    password_hash text not null,
    created_at timestamptz not null,
    constraint users_login_key unique (login),
    constraint users_login_check check (login = lower(btrim(login)) and login <> '')
);

create table web_sessions (
    token_sha256 bytea primary key,
    -- Null: signed in with the demo's link.
    user_id bigint references users on delete cascade,
    created_at timestamptz not null,
    last_used_at timestamptz not null,
    expires_at timestamptz not null
);
create index web_sessions_expires_at_idx on web_sessions (expires_at);

create table api_tokens (
    id bigint generated always as identity primary key,
    name text not null,
    token_sha256 bytea not null,
    scopes text[] not null,
    created_at timestamptz not null,
    last_used_at timestamptz,
    revoked_at timestamptz,
    constraint api_tokens_token_sha256_key unique (token_sha256)
);
create unique index api_tokens_name_key on api_tokens (name) where revoked_at is null;
