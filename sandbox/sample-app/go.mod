module sample-app

go 1.24
