package main

import "time"

var (
	moment  = time.Date(2024, 12, 31, 23, 59, 59, 999_999_999, time.UTC)
	seconds = 5 * time.Second
)

func TestTimeInput(t time.Time) {
	if !t.Equal(moment) || t.Location() != time.UTC {
		fail(t, moment)
	}
}

func TestTimeOutput() time.Time { return moment }

func TestTimePtrInput(t *time.Time) {
	if t == nil {
		fail(t, moment)
	}
	TestTimeInput(*t)
}

func TestTimePtrOutput() *time.Time     { return &moment }
func TestTimePtrInput_nil(t *time.Time) { isNil(t) }
func TestTimePtrOutput_nil() *time.Time { return nil }

func TestDurationInput(d time.Duration)         { equal(d, seconds) }
func TestDurationOutput() time.Duration         { return seconds }
func TestDurationPtrInput(d *time.Duration)     { pointsAt(d, seconds) }
func TestDurationPtrOutput() *time.Duration     { return &seconds }
func TestDurationPtrInput_nil(d *time.Duration) { isNil(d) }
func TestDurationPtrOutput_nil() *time.Duration { return nil }

// TestTimeText gives the time as Go writes it.
func TestTimeText(t time.Time) string { return t.Format(time.RFC3339Nano) }

func TestTimeOutput_zero() time.Time { return time.Time{} }

// TestTimeOutput_elsewhere gives the moment as it is called elsewhere.
func TestTimeOutput_elsewhere() time.Time {
	return moment.In(time.FixedZone("east", 5*3600+1800))
}

func TestTimeOutput_yearTenThousand() time.Time {
	return time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)
}

// TestNow gives the time with a reading of the monotonic clock, which is laid out in another way.
func TestNow() time.Time { return time.Now() }

// TestNowTwice gives it in that way and in the other.
func TestNowTwice() []time.Time {
	now := time.Now()
	return []time.Time{now, now.Round(0)}
}

var days = []time.Time{moment, moment.Add(time.Nanosecond), moment.AddDate(-100, 0, 0)}

func TestTimesInput(times []time.Time) { same(times, days) }
func TestTimesOutput() []time.Time     { return days }

func TestTimeArrayInput(times [2]time.Time) { equal(times, [2]time.Time(days)) }
func TestTimeArrayOutput() [2]time.Time     { return [2]time.Time(days) }

// Timed has fields behind times.
type Timed struct {
	Before int8
	At     time.Time
	After  int8
	Then   time.Time
	Name   string
}

var timed = Timed{-1, days[0], -2, days[1], "last"}

func TestTimedInput(t Timed)            { equal(t, timed) }
func TestTimedOutput() Timed            { return timed }
func TestTimedSliceInput(list []Timed)  { same(list, []Timed{timed, timed}) }
func TestTimedSliceOutput() []Timed     { return []Timed{timed, timed} }
func TestTimeKeysInput(m map[Day]int64) { same(m, map[Day]int64{{1, 2}: 3}) }
func TestTimeKeysOutput() map[Day]int64 { return map[Day]int64{{1, 2}: 3} }

// Day is a key of maps.
type Day struct {
	Month int8
	Day   uint64
}
