// Command load sends admission reviews over keep-alive TLS connections, one at a time on each, and
// prints what it saw as one JSON object. The client costs less CPU than any server that it measures.
package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Tokens of the same length take their place, so that the length of a review never changes.
var (
	perPod      = []byte("@POD-0000@") // differs in every review, as generated names do
	perVolume   = []byte("@TOK@")      // so does this
	perTemplate = []byte("@TPL-0000@") // differs in every review only with -fresh
)

type result struct {
	Requests int     `json:"requests"`
	Seconds  float64 `json:"seconds"`
	P50      float64 `json:"p50_ms"`
	P99      float64 `json:"p99_ms"`
	Max      float64 `json:"max_ms"`
	Refused  int     `json:"refused"`
}

func main() {
	address := flag.String("address", "", "host:port of the server")
	path := flag.String("path", "/enforce?timeout=5s", "path and query")
	file := flag.String("reviews", "", "a file with one review a line")
	connections := flag.Int("connections", 8, "how many at once")
	seconds := flag.Float64("seconds", 2, "how long")
	fresh := flag.Bool("fresh", false, "no two reviews have a container in common")
	flag.Parse()

	reviews := read(*file)
	var next atomic.Int64
	next.Store(time.Now().UnixNano() / 1e6 % 1e9) // no two runs share a number
	parts := make([]part, *connections)
	start := time.Now()
	until := start.Add(time.Duration(*seconds * float64(time.Second)))
	var group sync.WaitGroup
	for i := range parts {
		group.Go(func() { parts[i].run(*address, *path, reviews, &next, *fresh, until) })
	}
	group.Wait()
	print(parts, time.Since(start).Seconds())
}

func read(name string) [][]byte {
	text, err := os.ReadFile(name)
	if err != nil {
		log.Fatal(err)
	}
	return bytes.Split(bytes.TrimSpace(text), []byte("\n"))
}

type part struct {
	took    []time.Duration
	refused int
}

func (p *part) run(address, path string, reviews [][]byte, next *atomic.Int64, fresh bool, until time.Time) {
	connection, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()
	reader := bufio.NewReaderSize(connection, 16<<10)
	for time.Now().Before(until) {
		number := next.Add(1)
		request := requestOf(path, reviews[int(number)%len(reviews)], number, fresh)
		start := time.Now()
		allowed, err := exchange(connection, reader, request)
		if err != nil {
			log.Fatal(err)
		}
		p.took = append(p.took, time.Since(start))
		if !allowed {
			p.refused++
		}
	}
}

func requestOf(path string, review []byte, number int64, fresh bool) []byte {
	token := fmt.Appendf(nil, "%010d", number)
	template := []byte("0000000000")
	if fresh {
		template = token
	}
	var request bytes.Buffer
	fmt.Fprintf(&request, "POST %s HTTP/1.1\r\nHost: pinfold\r\nAccept: application/json\r\n"+
		"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n", path, len(review))
	review = bytes.ReplaceAll(review, perPod, token)
	review = bytes.ReplaceAll(review, perVolume, token[5:])
	request.Write(bytes.ReplaceAll(review, perTemplate, template))
	return request.Bytes()
}

func exchange(connection net.Conn, reader *bufio.Reader, request []byte) (bool, error) {
	if _, err := connection.Write(request); err != nil {
		return false, err
	}
	length, status := 0, ""
	for {
		line, err := reader.ReadString('\n')
		if err != nil {
			return false, err
		}
		line = strings.TrimSpace(line)
		if status == "" {
			status = line
		}
		if line == "" {
			break
		}
		if name, value, _ := strings.Cut(line, ":"); strings.EqualFold(name, "Content-Length") {
			if length, err = strconv.Atoi(strings.TrimSpace(value)); err != nil {
				return false, err
			}
		}
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(reader, body); err != nil {
		return false, err
	}
	if status != "HTTP/1.1 200 OK" {
		return false, fmt.Errorf("%s: %s", status, body)
	}
	return bytes.Contains(body, []byte(`"allowed":true`)), nil
}

func print(parts []part, seconds float64) {
	var took []time.Duration
	refused := 0
	for _, p := range parts {
		took = append(took, p.took...)
		refused += p.refused
	}
	slices.Sort(took)
	at := func(share float64) float64 {
		return float64(took[int(float64(len(took)-1)*share)].Microseconds()) / 1000
	}
	_ = json.NewEncoder(os.Stdout).Encode(result{len(took), seconds, at(0.5), at(0.99), at(1), refused})
}
