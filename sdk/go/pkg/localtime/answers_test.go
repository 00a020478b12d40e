package localtime

import (
	"strings"
	"testing"
	"time"
)

func TestTheTimeOfTheHostHasItsOffset(t *testing.T) {
	for text, offset := range map[string]int{
		"2026-01-02T03:04:05.123456789+05:30": 5*3600 + 1800,
		"2026-01-02T03:04:05-08:00":           -8 * 3600,
		"2026-01-02T03:04:05.5Z":              0,
	} {
		got, err := parseTime(&text, "failed")
		if err != nil {
			t.Error(err)
			continue
		}
		if _, east := got.Zone(); east != offset || got.Format(time.RFC3339Nano) != text {
			t.Errorf("%s is %v", text, got)
		}
	}
}

func TestNoTimeIsAFailure(t *testing.T) {
	empty, broken := "", "yesterday"
	for _, text := range []*string{nil, &empty} {
		if got, err := parseTime(text, "failed"); err == nil || err.Error() != "failed" {
			t.Errorf("the time is %v, with the error %v", got, err)
		}
	}
	if got, err := parseTime(&broken, "failed"); err == nil {
		t.Errorf("the time is %v", got)
	}
}

// A file of a zone 5:30 hours east of UTC, of the first version, with one type and no transitions.
var india = append([]byte("TZif\x00"+strings.Repeat("\x00", 15)+
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x04"),
	"\x00\x00\x4d\x58\x00\x00IST\x00"...)

func TestALocationIsReadFromItsFile(t *testing.T) {
	location, err := parseLocation("Asia/Kolkata", &india)
	if err != nil {
		t.Fatal(err)
	}
	got := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC).In(location)
	if want := "2026-01-02 08:34:05 +0530 IST"; got.String() != want || location.String() != "Asia/Kolkata" {
		t.Errorf("the time is %v in %v", got, location)
	}
}

func TestNoLocationNamesItsZone(t *testing.T) {
	broken := []byte("TZif")
	_, missing := parseLocation("No/Where", nil)
	_, bad := parseLocation("No/Where", &broken)
	if missing == nil || missing.Error() != "timezone data not found for No/Where" {
		t.Errorf("the error is %v", missing)
	}
	if bad == nil || !strings.HasPrefix(bad.Error(), "failed to load timezone data for No/Where: ") {
		t.Errorf("the error is %v", bad)
	}
}
