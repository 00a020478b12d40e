module github.com/hypermodeinc/modus/sdk/go

go 1.23
