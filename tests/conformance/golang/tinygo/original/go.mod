module example.com/old/garden

go 1.23
