module example.com/everything

go 1.24

require (
	example.com/dotted.v2 v0.2.0
	github.com/hypermodeinc/modus/sdk/go v0.18.0
)

replace example.com/dotted.v2 => ../dotted
