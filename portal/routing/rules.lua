-- The rules of the breaker: gates, windows, judgements. portal/routing/rules.py is the same in Python;
-- a change belongs in both, and a test walks them side by side. breaker.lua follows in the script.
--
-- A route is one packed table. It and each of its hosts is a gate: a state with its epoch, how long
-- it stays cut off, and its probe. The epoch of a permit is the younger one of its two gates.
-- The calls under way are a sorted set beside it, each a token "host|id|number" with its beginning.

local time = redis.call('TIME')
local now = tonumber(ARGV[2]) or time[1] * 1000 + math.floor(time[2] / 1000)
local process, random = ARGV[3], tonumber(ARGV[4])
local host = string.match(process, '^[^|]*')

local ALIVE = 'routing:alive'
local KEPT_MS = 86400000
local NEWS_MOST = 50
local LATENCY_WEIGHT = 0.1
-- What a result adds to a row of failures, and what to the share; others say nothing.
local IN_A_ROW = {ok = 0, failed = 1, taken = 0}
local IN_THE_SHARE = {ok = 0, failed = 1, came = 0, late = 1}
local MEASURED_MS = 60000
local USUAL_RISES = 1.02
local NEAR_STALL = 0.7

-- The thresholds in the order of policy.py, four bytes each.
local function thresholds(packed)
  local p = {}
  p.window_seconds, p.bucket_seconds, p.failure_percent, p.min_calls, p.busy_calls_a_minute,
    p.min_calls_busy, p.consecutive, p.stall_seconds, p.stall_calls, p.open_seconds,
    p.open_most_seconds, p.away_most_seconds, p.jitter_percent, p.calm_seconds, p.probes,
    p.flight_seconds, p.alive_seconds, p.start_concurrency, p.usual_concurrency,
    p.most_concurrency, p.slow_milliseconds, p.ease_percent, p.retry_percent, p.retry_reserve
    = struct.unpack('>' .. string.rep('I4', 24), packed)
  return p
end

-- Processes and the calls that they have under way ----------------------------------------------

-- Whether whoever made this call still waits for it: to begin one is a sign of life, too.
local function is_awaited(token, began, policy)
  if began <= now - policy.flight_seconds * 1000 then return false end
  local silent = now - policy.alive_seconds * 1000
  local owner = string.match(token, '^[^|]*|[^|]*')
  if owner == process or began >= silent then return true end
  local seen = redis.call('ZSCORE', ALIVE, owner)
  return seen and tonumber(seen) >= silent
end

local function flights_of(route) return 'routing:' .. route.name .. ':flights' end

local function is_in_flight(route, token, policy)
  local began = redis.call('ZSCORE', flights_of(route), token)
  return began and is_awaited(token, tonumber(began), policy)
end

-- Every call under way as {token, began}; those of the dead are forgotten.
local function living(route, policy)
  local found = {}
  local listed = redis.call('ZRANGE', flights_of(route), 0, -1, 'WITHSCORES')
  for i = 1, #listed, 2 do
    local began = tonumber(listed[i + 1])
    if is_awaited(listed[i], began, policy) then
      table.insert(found, {listed[i], began})
    else
      redis.call('ZREM', flights_of(route), listed[i])
    end
  end
  return found
end

local function flying(route, policy, limit)
  local flights = redis.call('ZCARD', flights_of(route))
  return flights >= limit and #living(route, policy) or flights
end

-- The window ----------------------------------------------------------------------------------

local function slot_now(policy) return math.floor(now / (policy.bucket_seconds * 1000)) end

local function tally(entry, policy)
  local calls, failures, first = 0, 0, nil
  local over = slot_now(policy) - policy.window_seconds / policy.bucket_seconds
  for slot, bucket in pairs(entry.buckets) do
    if slot <= over then
      entry.buckets[slot] = nil
    else
      calls, failures = calls + bucket[1], failures + bucket[2]
      first = math.min(first or slot, slot)
    end
  end
  return calls, failures, first
end

local function count(entry, failed, policy)
  local slot = slot_now(policy)
  local bucket = entry.buckets[slot] or {0, 0}
  entry.buckets[slot] = {bucket[1] + 1, bucket[2] + failed}
end

-- What the hosts in use saw: calls, failures, how many calls are worth judging, the longest streak.
local function shared_window(route, policy)
  local calls, failures, first = 0, 0, slot_now(policy)
  local latest, longest = 0, 0
  for _, entry in pairs(route.hosts) do
    if entry.state == 'closed' then
      local n, f, slot = tally(entry, policy)
      calls, failures, first = calls + n, failures + f, math.min(first, slot or first)
      latest = latest + (entry.buckets[slot_now(policy)] or {0})[1]
      longest = math.max(longest, entry.streak)
    end
  end
  -- The rate is told by whole buckets, a quarter of the window at least: a burst is no load.
  local seconds = (slot_now(policy) - first) * policy.bucket_seconds
  local busy = seconds * 4 >= policy.window_seconds
    and (calls - latest) * 60 >= policy.busy_calls_a_minute * seconds
  return calls, failures, busy and policy.min_calls_busy or policy.min_calls, longest
end

-- Gates ---------------------------------------------------------------------------------------

local function host_entry(route, name)
  local entry = route.hosts[name]
  if not entry then
    entry = {host = name, state = 'closed', epoch = 0, since = 0, openings = 0, passed = 0,
             streak = 0, seen = now, buckets = {}}
    route.hosts[name] = entry
  end
  return entry
end

local function move(route, gate, to, reason, figures)
  route.serial = route.serial + 1
  figures.openings = gate.openings
  table.insert(route.news, {route = route.name, host = gate.host or '', epoch = route.serial,
    at = now, from = gate.state, to = to, reason = reason, figures = figures, given = 0})
  if #route.news > NEWS_MOST then table.remove(route.news, 1) end
  gate.state, gate.epoch, gate.since, gate.reason = to, route.serial, now, reason
  gate.probe, gate.passed = nil, 0
end

local function cut_off(route, gate, policy, reason, figures, seconds)
  if not seconds then
    if gate.state == 'closed' and now - gate.since >= policy.calm_seconds * 1000 then
      gate.openings = 0
    end
    local doubled = policy.open_seconds * 2 ^ math.min(gate.openings, 20)
    local spread = 1 + (2 * random - 1) * policy.jitter_percent / 100
    seconds = math.min(doubled, policy.open_most_seconds) * spread
    gate.openings = gate.openings + 1
  end
  gate.reopen = now + math.floor(seconds * 1000)
  figures.seconds = seconds
  move(route, gate, 'open', reason, figures)
end

local function start_window(route) route.done, route.spent, route.peak, route.eased = 0, 0, 0, false end

local function take_back(route, gate, policy)
  move(route, gate, 'closed', 'probes', {probes = policy.probes})
  for _, entry in pairs(gate.hosts or {gate}) do entry.buckets, entry.streak = {}, 0 end
  if gate == route then
    route.streak, route.limit = 0, policy.start_concurrency
    start_window(route)
  end
end

-- Judging -------------------------------------------------------------------------------------

-- Which hosts wait too long, when more than half of enough calls under way do.
local function stalled(route, policy)
  local late = now - policy.stall_seconds * 1000
  if redis.call('ZCARD', flights_of(route)) < policy.stall_calls
    or redis.call('ZCOUNT', flights_of(route), '-inf', '(' .. late) * 2 <= policy.stall_calls then
    return nil
  end
  local hosts, old, all = {}, 0, 0
  for _, flight in ipairs(living(route, policy)) do
    local entry = route.hosts[string.match(flight[1], '^[^|]*')]
    -- What began under an earlier state was judged then.
    if entry and entry.state == 'closed' and flight[2] >= math.max(route.since, entry.since) then
      all = all + 1
      if flight[2] < late then old, hosts[entry.host] = old + 1, true end
    end
  end
  if all >= policy.stall_calls and old * 2 > all then
    return hosts, {in_flight = all, stalled = old}
  end
end

-- The only host in trouble, while another one is active and has none.
local function culprit(route, policy, troubled)
  local only, sound
  for name, entry in pairs(route.hosts) do
    if entry.state == 'closed' then
      local calls, failures = tally(entry, policy)
      if failures > 0 or troubled[name] then
        if only then return nil end
        only = entry
      elseif calls > 0 then
        sound = true
      end
    end
  end
  return sound and only
end

local function judge(route, policy)
  if route.state ~= 'closed' then return end
  local calls, failures, enough, longest = shared_window(route, policy)
  local figures = {calls = calls, failures = failures}
  local troubled, reason = {}, nil
  if route.streak >= policy.consecutive then
    reason = 'consecutive'
  elseif calls >= enough and failures * 100 > policy.failure_percent * calls then
    reason = 'share'
  else
    local hosts, waiting = stalled(route, policy)
    if hosts then
      troubled, reason, figures = hosts, 'stalled', waiting
    end
  end
  if not reason and longest < policy.consecutive then return end
  local sick = culprit(route, policy, troubled)
  if not reason and sick and sick.streak >= policy.consecutive then reason = 'consecutive' end
  if not reason then return end
  cut_off(route, sick or route, policy, reason, figures)
  if sick then route.streak = 0 end
end

-- How many calls at once ----------------------------------------------------------------------

local function ease(route, percent)
  if route.eased then return end
  route.limit = math.max(1, math.floor(route.limit * percent / 100))
  route.eased = true
end

local function adapt(route, policy, failed, milliseconds, flying)
  route.peak = math.max(route.peak, flying)
  route.done, route.spent = route.done + 1, route.spent + milliseconds
  if failed == 1 then ease(route, policy.ease_percent) end
  if route.done < route.limit then return end
  local mean = route.spent / route.done
  local usual = route.usual or mean
  local pushed = route.limit > 1 and route.peak * 2 >= route.limit
  if mean > math.max(policy.slow_milliseconds, 2 * usual) then
    ease(route, policy.ease_percent)
  elseif mean > policy.stall_seconds * 1000 * NEAR_STALL then
    local eased = math.floor(route.limit * policy.ease_percent / 100)
    route.limit = math.max(1, math.min(route.limit, math.max(policy.stall_calls - 1, eased)))
  elseif not route.eased and route.peak * 2 >= route.limit then
    route.limit = math.min(route.limit + 1, policy.most_concurrency)
  end
  route.usual = math.min(mean, pushed and usual or usual * USUAL_RISES)
  start_window(route)
end

-- What a call told ----------------------------------------------------------------------------

local function hear_probe(route, gate, policy, token, result)
  if gate.probe ~= token then return end
  gate.probe = nil
  local failed = IN_THE_SHARE[result]
  if failed == 1 then
    cut_off(route, gate, policy, 'probe', {})
  elseif failed == 0 then
    gate.passed = gate.passed + 1
    if gate.passed >= policy.probes then take_back(route, gate, policy) end
  end
end

-- What an inquiry takes there; 0 when none was measured lately. A probe takes 0 and measures nothing.
local function latency_of(route)
  return now - (route.measured or 0) <= MEASURED_MS and route.latency or 0
end

local function hear(route, entry, policy, token, result, milliseconds, after, flying)
  if result == 'away' and route.state ~= 'open' then
    cut_off(route, route, policy, 'away', {}, after > 0 and after or policy.open_seconds)
  elseif result == 'throttled' then
    ease(route, 50)
    route.paused = math.max(route.paused, now + math.floor(after * 1000))
  end
  if IN_THE_SHARE[result] then count(entry, IN_THE_SHARE[result], policy) end
  local failed = IN_A_ROW[result]
  if failed then
    route.streak, entry.streak = failed * (route.streak + 1), failed * (entry.streak + 1)
    if failed == 0 and milliseconds > 0 then
      local before = latency_of(route)
      if before == 0 then before = milliseconds end
      route.latency, route.measured = before + LATENCY_WEIGHT * (milliseconds - before), now
    end
    if milliseconds > 0 and route.state == 'closed' and entry.state == 'closed' then
      adapt(route, policy, failed, milliseconds, flying)
    end
  end
  for _, gate in ipairs({route, entry}) do hear_probe(route, gate, policy, token, result) end
end
