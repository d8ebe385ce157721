-- The role may be in use elsewhere in the cluster; without the schema it may read nothing here.
drop schema reporting cascade;
