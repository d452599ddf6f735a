package bulk

import "time"

// WithTimes sets how long things take at most, for tests of what happens when they do.
func WithTimes(send, job, rescue time.Duration) RunOption {
	return func(r *running) error {
		r.times = times{send: send, job: job, rescue: rescue}
		return nil
	}
}
