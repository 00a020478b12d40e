package secret

type Note struct{ Text string }
