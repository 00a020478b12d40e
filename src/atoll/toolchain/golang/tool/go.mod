module atoll.dev/gotool

go 1.24
