drop table api_tokens;
drop table web_sessions;
drop table users;
