module hostile

go 1.23

require github.com/hypermodeinc/modus/sdk/go v0.18.0
