alter table runs drop column step, drop column waited_seconds;
