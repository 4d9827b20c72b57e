module script

go 1.23

require client v0.0.0

replace client => ./client
