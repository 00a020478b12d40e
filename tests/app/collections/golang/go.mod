module example.com/library

go 1.24

require github.com/hypermodeinc/modus/sdk/go v0.17.0
