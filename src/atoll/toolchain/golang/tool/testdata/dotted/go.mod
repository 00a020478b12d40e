module example.com/dotted.v2

go 1.21
