-- What the account administers is known; what of it is collected, a person chooses.
alter table channels add column is_collected boolean not null default true;
