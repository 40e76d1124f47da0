"""Seamless certification (无感认证): what departments' ordinary records say about someone being alive."""
