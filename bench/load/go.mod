module pinfold.dev/bench/load

go 1.26
