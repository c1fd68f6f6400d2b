package export

import (
	"iter"
	"runtime"
)

// resultsATurn is how many results one goroutine makes before it hands them over; with
// the cores it bounds how many are held.
const resultsATurn = 64

// explain makes results from judgements on all cores, and yields them in the order of the
// judgements.
func (c *collector) explain(judgements []judgement) iter.Seq[Result] {
	return func(yield func(Result) bool) {
		stop := make(chan struct{})
		defer close(stop)
		turns := make(chan chan []Result, runtime.GOMAXPROCS(0))
		go func() {
			defer close(turns)
			for start := 0; start < len(judgements); start += resultsATurn {
				turn := judgements[start:min(start+resultsATurn, len(judgements))]
				made := make(chan []Result, 1)
				select {
				case turns <- made: // there is room for as many as there are cores
				case <-stop:
					return
				}
				go func() { made <- c.explainTurn(turn) }()
			}
		}()
		for made := range turns {
			for _, result := range <-made {
				if !yield(result) {
					return
				}
			}
		}
	}
}

// explainTurn makes results one after the other.
func (c *collector) explainTurn(judgements []judgement) []Result {
	results := make([]Result, len(judgements))
	var explain func(judgement) Result
	for i, judged := range judgements {
		if i == 0 || judged.cluster != judgements[i-1].cluster {
			explain = c.explainer(judged.cluster)
		}
		results[i] = explain(judged)
	}
	return results
}
